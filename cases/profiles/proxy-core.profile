profile   proxy-core
title     What every intermediary owes both its neighbours
role      gateway forward
grade     core
# Most gateways leave out Via unless told otherwise, and every forward proxy that was tried keeps
# HTTP/1.0 clients: breaches that must not hide the others. proxy-strict asks for both.
apart     R9110-7.6.3-01 R9110-7.6.3-02 R9112-9.3-12
complete  95 %
