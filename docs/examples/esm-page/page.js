// A chat page with the ES module of the browser client, in the events of docs/chat-events.md.
// Serve it with `chatd --static docs/examples/esm-page`.
import { io } from "/socket.io/socket.io.esm.min.js";

const socket = io();
const name = new URLSearchParams(location.search).get("name") ?? "Guest";
const [state, messages, form, text] = ["state", "messages", "form", "text"].map((id) => document.getElementById(id));
// What has been seen, so that the server sends the rest when the connection has been lost for a while.
let seen = {};

function show({ id, from, name, text }) {
  const item = document.createElement("li");
  const author = document.createElement("b");
  author.textContent = name;
  item.append(author, text);
  messages.append(item);
  if (id) seen.since = id;
  return item;
}

/** The answer to an event; throws when there is none within five seconds, or when it is an error. */
async function ask(event, payload) {
  const answer = await socket.timeout(5000).emitWithAck(event, payload);
  if (answer.error) throw new Error(answer.error);
  return answer;
}

socket.on("connect", async () => {
  try {
    const { log, count, messages } = await ask("join", { name, ...seen });
    seen.log = log;
    messages.forEach(show);
    state.textContent = `${count} here`;
  } catch (error) {
    state.textContent = error.message;
  }
});
socket.on("connect_error", (error) => { state.textContent = error.message; });
socket.on("disconnect", (reason) => { state.textContent = reason; });
socket.on("chat message", show);
for (const event of ["joined", "left"]) socket.on(event, ({ count }) => { state.textContent = `${count} here`; });

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (!text.value) return;
  const item = show({ name, text: text.value });
  item.className = "waiting";
  try {
    // The key lets the server know a message that it has heard already.
    const { id } = await ask("chat message", { text: text.value, key: Math.random().toString(36).slice(2) });
    seen.since = id;
    item.className = "";
    text.value = "";
  } catch (error) {
    item.className = "failed";
    item.title = error.message;
  }
});
