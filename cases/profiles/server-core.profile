profile   server-core
title     What every HTTP/1.1 server owes: persistence, closing, boundaries, Host
role      server gateway
grade     core
complete  95 %
