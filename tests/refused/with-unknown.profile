# refused 6:10: there is no profile 'server-cor'; did you mean 'server-core'?
profile  with-unknown
title    What a server owes
role     server
grade    core
with     server-cor
