# refused 4:10: no row of without-rows binds server: requirements.tsv names it nowhere that does
profile  without-rows
title    What a server owes
role     server
grade    core
