profile   http10-keepalive
title     Persistence with HTTP/1.0 is asked for, confirmed, and else not there
role      server gateway forward
grade     core
# Half of it speaks of what is granted, and need not be.
complete  50 %
