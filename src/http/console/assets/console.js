// What pages do beyond htmx: keys, the live stream, the key of the login.
"use strict";
