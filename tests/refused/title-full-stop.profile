# refused 3:28: title ends in a full stop
profile  title-full-stop
title    What a server owes.
role     server
grade    core
with     server-core
