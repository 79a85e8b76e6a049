profile   cache-incomplete
title     What a cache gives back came whole, and says nothing of another hop
role      gateway forward
grade     core
complete  95 %
