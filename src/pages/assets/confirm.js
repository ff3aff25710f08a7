// Presses the button of the confirmation in the browser that signed up.
"use strict";
document.querySelector("form[data-press]")?.requestSubmit();
