profile   tcp-diagnostics
title     How the target and its TCP behave where nothing is required
role      server gateway forward
grade     none
