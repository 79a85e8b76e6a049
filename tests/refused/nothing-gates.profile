# refused 8:1: 'apart' says nothing where nothing gates: grade none
# refused 9:1: 'complete' says nothing where nothing gates: grade none
profile  nothing-gates
title    What a server owes
role     server
grade    none
with     tcp-diagnostics
apart    R9112-9.4-02
complete 95 %
