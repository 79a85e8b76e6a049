profile   proxy-strict
title     What an intermediary owes and what it ought to do: fields, retries, early errors
role      gateway forward
grade     strict
with      proxy-core
complete  95 %
