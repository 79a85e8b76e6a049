profile   expect-upgrade
title     100-continue and Upgrade are taken up in order, or left alone
role      server gateway forward
grade     core
# Without a resource that switches, what Upgrade asks of one cannot be played.
complete  55 %
