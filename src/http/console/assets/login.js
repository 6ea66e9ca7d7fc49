// Logs in: with the code behind the `#` of a link, or with an API token. The key of the login stays in this origin's storage.
"use strict";
(() => {
  const KEY = "countersign-key";
  const TRIED = "countersign-tried";

  // A path of ours and nothing that a browser takes for another host.
  const wanted = () => {
    const to = new URLSearchParams(location.search).get("to") || "/";
    return /^\/(?![/\\])[^\\\u0000-\u0020]*$/.test(to) && !to.startsWith("/login") ? to : "/";
  };

  const say = (text, role) => {
    const said = document.getElementById("said");
    said.textContent = text;
    said.className = role === "alert" ? "alert" : "notice";
    said.setAttribute("role", role);
  };

  const enter = async (proof, refusal) => {
    let answer;
    try {
      answer = await fetch("/login", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(proof),
        redirect: "error",
      });
    } catch {
      say("The console does not answer. Is it running?", "alert");
      return;
    }
    if (!answer.ok) {
      say(answer.status === 401 ? refusal : "That did not work; the console's terminal says more.", "alert");
      return;
    }
    localStorage.setItem(KEY, (await answer.json()).key);
    sessionStorage.removeItem(TRIED);
    location.replace(wanted());
  };

  document.getElementById("entry").addEventListener("submit", (event) => {
    event.preventDefault();
    const field = document.getElementById("token");
    const token = field.value.trim();
    field.value = "";
    enter({ token }, "This token is not known here, or its role does not log in.");
  });

  const code = location.hash.slice(1);
  if (code) {
    // Out of the address and the history before anything else happens.
    history.replaceState(null, "", location.pathname + location.search);
  }
  const follow = () => {
    document.getElementById("ask").hidden = true;
    say("Logging in.", "status");
    enter({ code }, "This link was used, its time is over, or it is for another console. Press Enter in the terminal for another one.");
  };
  if (code.startsWith("cslnk_")) {
    if (!localStorage.getItem(KEY)) {
      follow();
      return;
    }
    // Nobody's browser is put under another name without his asking: whoever made the link is whom it logs in as.
    say("This browser has logged in before. This link logs in as whoever made it: log in with this link?", "status");
    document.getElementById("ask").hidden = false;
    document.getElementById("follow").addEventListener("click", follow, { once: true });
    document.getElementById("follow").focus();
    return;
  }
  // Whoever follows a link from elsewhere is sent here without his cookie, which strict cookies mean; from here it goes along.
  const tried = Number(sessionStorage.getItem(TRIED) || 0);
  if (location.search && localStorage.getItem(KEY) && Date.now() - tried > 10000) {
    sessionStorage.setItem(TRIED, String(Date.now()));
    location.replace(wanted());
  }
})();
