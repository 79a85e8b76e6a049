# refused 6:10: a profile is not with itself
profile  with-itself
title    What a server owes
role     server
grade    core
with     with-itself
