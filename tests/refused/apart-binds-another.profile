# refused 7:10: R9110-7.6.3-01 binds proxy,gateway, and this profile is for role server
profile  apart-binds-another
title    What a server owes
role     server
grade    core
with     server-core
apart    R9110-7.6.3-01
