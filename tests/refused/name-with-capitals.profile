# refused 2:10: expected a name of small letters, digits and '-' behind 'profile', got 'Name'
profile  Name
title    What a server owes
role     server
grade    core
