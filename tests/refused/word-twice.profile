# refused 6:1: 'role' stands twice in this profile
profile  word-twice
title    What a server owes
role     server
grade    core
role     gateway
with     server-core
