# refused 7:10: R9112-9.3-04 is INFO in grade core: it does not gate anyway
profile  apart-does-not-gate
title    What a server owes
role     server
grade    core
with     http10-keepalive
apart    R9112-9.3-04
