# refused 3:1: this profile has no title
# refused 4:1: unknown word 'titel'; did you mean 'title'?
profile  word-unknown
titel    What a server owes
role     server
grade    core
with     server-core
