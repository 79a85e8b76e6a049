# refused 6:11: expected 1 to 100 % behind 'complete', got '95'
profile  share-without-sign
title    What a server owes
role     server
grade    core
complete  95
