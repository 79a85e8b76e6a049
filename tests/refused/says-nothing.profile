# refused 1:1: this file has no profile
