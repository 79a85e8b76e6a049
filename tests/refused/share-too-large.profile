# refused 6:11: expected 1 to 100 % behind 'complete', got '120 %'
profile  share-too-large
title    What a server owes
role     server
grade    core
complete  120 %
