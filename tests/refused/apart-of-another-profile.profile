# refused 7:10: R9112-2.2-06 is in server-strict proxy-strict pipelining: not in apart-of-another-profile
profile  apart-of-another-profile
title    What a server owes
role     server
grade    core
with     server-core
apart    R9112-2.2-06
