profile   server-strict
title     What a server owes and what it ought to do: limits, versions, announcements
role      server gateway
grade     strict
with      server-core
complete  95 %
