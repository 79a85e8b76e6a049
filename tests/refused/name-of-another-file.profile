# refused 2:10: profile 'server-core' stands in a file named 'name-of-another-file'
profile  server-core
title    What a server owes
role     server
grade    core
