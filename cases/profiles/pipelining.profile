profile   pipelining
title     Pipelined requests are answered in order, whatever stands among them
role      server gateway forward
grade     core
complete  95 %
