# refused 2:1: a profile begins with 'profile NAME'
title    What a server owes
profile  begins-elsewhere
role     server
grade    core
with     server-core
