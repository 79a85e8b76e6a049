profile   graceful-close
title     Connections end so that nothing sent before is lost
role      server gateway forward
grade     strict
# The end of an idle connection is played only where its time is declared.
complete  90 %
