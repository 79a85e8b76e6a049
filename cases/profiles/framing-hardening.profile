profile   framing-hardening
title     Nothing that two parsers may read in two ways gets through
role      server gateway forward
grade     strict
complete  95 %
