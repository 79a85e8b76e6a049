# refused 7:10: R9112-9.6-40 is no row of requirements.tsv; did you mean R9112-9.6-04?
profile  apart-no-row
title    What a server owes
role     server
grade    core
with     server-core
apart    R9112-9.6-40
