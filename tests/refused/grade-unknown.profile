# refused 5:10: grade 'strickt' does not exist; did you mean 'strict'?
profile  grade-unknown
title    What a server owes
role     server
grade    strickt
with     server-core
