# refused 4:1: this profile has no title
# refused 4:1: this profile has no role
# refused 4:1: this profile has no grade
profile  says-too-little
