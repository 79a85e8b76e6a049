# refused 4:10: unknown word 'sever'; did you mean 'server'?
profile  role-of-nobody
title    What a server owes
role     sever
grade    core
with     server-core
