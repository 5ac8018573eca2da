// Passkeys: asks the server for a challenge, has the browser answer it, and sends the answer with the form around it.
"use strict";

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

// Older browsers have no conversion of their own between JSON and the bytes that the ceremony speaks.
function opened(options) {
  const key = { ...options.publicKey, challenge: bytes(options.publicKey.challenge) };
  if (key.user) key.user = { ...key.user, id: bytes(key.user.id) };
  for (const list of ["excludeCredentials", "allowCredentials"]) {
    if (key[list]) key[list] = key[list].map((one) => ({ ...one, id: bytes(one.id) }));
  }
  return { publicKey: key };
}

function closed(made) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (made.response[name]) response[name] = text(made.response[name]);
  }
  return { id: made.id, rawId: text(made.rawId), type: made.type, response, clientExtensionResults: {} };
}

async function answer(form) {
  const asked = new URLSearchParams({ step: form.dataset.passkey });
  if (form.elements.form_token) asked.set("form_token", form.elements.form_token.value);
  const told = await fetch(form.dataset.options, { method: "POST", body: asked });
  const options = await told.json();
  if (options.refused) throw new Error(options.refused);
  const ceremony = opened(options);
  const credentials = navigator.credentials;
  return closed(await (form.dataset.passkey === "add" ? credentials.create(ceremony) : credentials.get(ceremony)));
}

function prepare(form) {
  const said = form.querySelector("[role=alert]");
  const button = form.querySelector("button");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    said.hidden = true;
    button.disabled = true;
    answer(form)
      .then((found) => {
        form.querySelector("[data-answer]").value = JSON.stringify(found);
        // Whatever the fields that the form carries along are called.
        HTMLFormElement.prototype.submit.call(form);
      })
      .catch((fault) => {
        // A refusal of ours is a sentence for people; what the browser says is not.
        said.textContent = fault.constructor === Error ? fault.message : form.dataset.failed;
        said.hidden = false;
        button.disabled = false;
      });
  });
}

if (window.PublicKeyCredential) {
  for (const part of document.querySelectorAll("[data-needs-passkeys]")) part.hidden = false;
  for (const form of document.querySelectorAll("form[data-passkey]")) prepare(form);
}
