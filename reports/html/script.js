(() => {
'use strict';
const began = performance.now();
@dom.js@
@words.js@
@model.js@
@state.js@
@bytes.js@
@sequence.js@
@case.js@
@issue.js@
@cases.js@
@coverage.js@
@profile.js@
@matrix.js@
@environment.js@
@paper.js@
@main.js@
})();
