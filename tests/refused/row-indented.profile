# refused 3:1: this profile has no grade
# refused 6:3: the rows of a profile stand in column 1
profile  row-indented
title    What a server owes
role     server
  grade    core
