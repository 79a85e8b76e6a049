profile   connect-tunnel
title     Tunnels begin, carry everything, and end without loss
role      forward
grade     core
complete  95 %
