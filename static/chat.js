// chat.js: the chat page. It says what docs/chat-events.md names and shows what comes back; the connection itself, with
// its reconnections, is the business of socket.io.js. Below: what the page knows, the conversation with the server,
// what is shown of it, and the person at the keyboard.
"use strict";

const byId = (id) => document.getElementById(id);
const log = byId("log");
const text = byId("text");
const welcome = byId("welcome");

const limits = { text: 2000, shown: 500, answer: 10_000, typing: 3_000, typingSeen: 10_000, group: 5 * 60_000 };

// MARK: What the page knows

/** What the window remembers; with "localStorage" what the browser does. Storage may be forbidden: then nothing is. */
const kept = {
  get(key, fallback, storage = "sessionStorage") {
    try {
      return JSON.parse(window[storage].getItem(key)) ?? fallback;
    } catch {
      return fallback;
    }
  },
  set(key, value, storage = "sessionStorage") {
    try {
      window[storage].setItem(key, JSON.stringify(value));
    } catch {
      // The page forgets at reload, and nothing else is lost.
    }
  },
};

const me = { name: kept.get("chat.name", ""), ids: kept.get("chat.ids", []), joined: false };
const people = new Map();
const writers = new Map();  // person's id -> {name, timer}
const outbox = new Map();   // key -> {text, item}: said, and not yet acknowledged
const shown = new Map();    // message's id -> its item, of the present numbering
let count = 0;
let serverLog;
let lastId = 0;
let unread = 0;
let divider;

// MARK: The conversation

const socket = io();

socket.on("connect", join);
socket.on("disconnect", (reason) => {
  me.joined = false;
  clearWriters();
  // The server sent us away: the client does not come back by itself then.
  if (reason === "io server disconnect") setTimeout(() => socket.connect(), 1000 + Math.random() * 2000);
  showState("offline", "Connection lost, trying again…");
});
socket.on("connect_error", () => {
  showState("offline", navigator.onLine ? "No connection, trying again…" : "You are offline");
  if (!socket.active) setTimeout(() => socket.connect(), 5000);
});
// A page that is left may be kept for the way back, with its connection: the others would see a person who is not there.
addEventListener("pagehide", () => socket.disconnect());
addEventListener("pageshow", (event) => event.persisted && socket.connect());
socket.io.on("reconnect_attempt", () => showState("connecting", "Connecting…"));

socket.on("chat message", (message) => {
  setWriting(message.from, false);
  showMessage(message);
  countUnread();
});
socket.on("joined", ({ id, name, time, count: now }) => {
  people.set(id, name);
  showPeople(now);
  showNotice(`${name} came in`, time);
});
socket.on("renamed", ({ id, name, was, time }) => {
  people.set(id, name);
  showPeople(count);
  showNotice(`${was} is now called ${name}`, time);
});
socket.on("left", ({ id, name, time, count: now }) => {
  people.delete(id);
  setWriting(id, false);
  showPeople(now);
  showNotice(`${name} left`, time);
});
socket.on("typing", ({ id, name, on }) => setWriting(id, on, name));

/** Comes in under the chosen name; asks for it when there is none, and for what was said since the last connection. */
function join() {
  if (!me.name) {
    showState("connecting", "Waiting for your name");
    return askName();
  }
  showState("connecting", "Coming in…");
  socket.timeout(limits.answer).emit("join", { name: me.name, log: serverLog, since: lastId }, (error, answer) => {
    if (error) return socket.connected && join();
    if (answer.error) return askName(answer.error === "bad name" ? "This name cannot be used." : answer.error);
    me.joined = true;
    me.name = answer.name;
    me.ids = [...me.ids, answer.id].slice(-20);
    kept.set("chat.name", me.name);
    kept.set("chat.name", me.name, "localStorage");
    kept.set("chat.ids", me.ids);
    showState("online", `Connected as ${me.name}`);
    showHistory(answer);
    people.clear();
    for (const { id, name } of answer.people) people.set(id, name);
    showPeople(answer.count);
    for (const key of outbox.keys()) deliver(key);
  });
}

function showHistory({ log: name, messages, more }) {
  if (name !== serverLog) {
    // Another numbering: the ids that the page knows mean nothing in it.
    shown.clear();
    lastId = 0;
    serverLog = name;
  }
  if (more) showNotice("Earlier messages are not shown");
  for (const message of messages) showMessage(message);
}

function say(said) {
  const key = `${Date.now().toString(36)}-${Math.random().toString(36).slice(2, 12)}`;
  outbox.set(key, { text: said, item: showOwn(said) });
  clearDivider();
  deliver(key);
}

/** Sends what waits under `key`. It is safe to send again: the server knows the key of what it has heard. */
function deliver(key) {
  const entry = outbox.get(key);
  if (!entry || !me.joined) return;
  entry.item.classList.remove("failed");
  socket.timeout(limits.answer).emit("chat message", { text: entry.text, key }, (error, answer) => {
    if (error || answer.error === "not joined") return deliver(key);  // waits in the outbox when we are out
    if (answer.error === "slow down") return setTimeout(deliver, answer.retry ?? 1000, key);
    if (answer.error) return showFailed(key, entry);
    outbox.delete(key);
    settleOwn(entry.item, answer);
  });
}

// MARK: What is shown

function element(tag, className, content) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (content !== undefined) made.textContent = content;
  return made;
}

const clock = new Intl.DateTimeFormat([], { hour: "2-digit", minute: "2-digit" });
const calendar = new Intl.DateTimeFormat([], { weekday: "long", day: "numeric", month: "long" });

function timeElement(time) {
  const made = element("time", "meta", clock.format(time));
  made.dateTime = new Date(time).toISOString();
  return made;
}

/** The same colour for the same name, on every page. */
function hueOf(name) {
  let hash = 0;
  for (const character of name) hash = (hash * 31 + character.codePointAt(0)) | 0;
  return (Math.abs(hash) * 137.5) % 360;  // the golden angle keeps names that are alike apart
}

function avatar(name) {
  const made = element("span", "avatar", [...name][0]?.toUpperCase());
  made.setAttribute("aria-hidden", "true");
  return made;
}

function messageItem({ from, name, text: said }, own) {
  const item = element("div", own ? "message own" : "message");
  item.style.setProperty("--hue", hueOf(name));
  item.dataset.from = own ? "me" : from;
  const bubble = element("div", "bubble");
  bubble.append(element("span", "text", said));
  item.append(avatar(name), element("span", "author", name), bubble);
  if (own) item.querySelector(".author").textContent = "You";
  return item;
}

function showMessage(message) {
  if (shown.has(message.id)) return;
  const item = messageItem(message, me.ids.includes(message.from));
  item.querySelector(".bubble").append(timeElement(message.time));
  remember(message.id, item);
  append(item, message.time);
}

function showOwn(said) {
  const item = messageItem({ name: me.name, text: said }, true);
  item.classList.add("pending");
  item.querySelector(".bubble").append(element("span", "meta", "sending…"));
  append(item, Date.now(), true);
  return item;
}

/** What we said has arrived. It may have come back in the history already, from before a broken connection. */
function settleOwn(item, { id, time }) {
  shown.get(id)?.remove();
  item.classList.remove("pending");
  item.querySelector(".meta").replaceWith(timeElement(time));
  remember(id, item);
}

function showFailed(key, { item }) {
  item.classList.add("failed");
  item.querySelector(".meta").textContent = "not sent";
  if (item.querySelector(".retry")) return;
  const retry = element("button", "retry", "Try again");
  retry.type = "button";
  retry.addEventListener("click", () => {
    retry.remove();
    item.querySelector(".meta").textContent = "sending…";
    deliver(key);
  });
  item.append(retry);
}

function remember(id, item) {
  shown.set(id, item);
  lastId = Math.max(lastId, id);
}

/** Puts an item at the end, under its day; keeps the reader's place unless the end was in view. */
function append(item, time, always = false) {
  const atEnd = always || log.scrollHeight - log.scrollTop - log.clientHeight < 80;
  const previous = log.lastElementChild;
  const day = time && calendar.format(time);
  if (day && day !== log.dataset.day) {
    log.append(element("div", "day", day));
    log.dataset.day = day;
  } else if (previous?.dataset.from && previous.dataset.from === item.dataset.from) {
    item.classList.toggle("follows", time - Number(previous.dataset.time) < limits.group);
  }
  if (time) item.dataset.time = time;
  log.append(item);
  while (log.childElementCount > limits.shown) log.firstElementChild.remove();
  if (atEnd) log.scrollTop = log.scrollHeight;
  else byId("latest").hidden = false;
}

function showNotice(what, time) {
  const item = element("div", "notice", time ? `${what}, ${clock.format(time)}` : what);
  append(item, time);
}

function showState(state, what) {
  byId("state").dataset.state = state;
  byId("state-text").textContent = what;
}

function showPeople(now) {
  count = now;
  byId("count").textContent = now;
  const rows = [...people].map(([id, name]) => {
    const row = element("li");
    row.style.setProperty("--hue", hueOf(name));
    const who = element("span", "who", name);
    if (id === socket.id) who.append(" ", element("small", "", "(you)"));
    row.append(avatar(name), who);
    return row;
  });
  if (now > people.size) rows.push(element("li", "", `and ${now - people.size} more`));
  byId("people-list").replaceChildren(...rows);
}

function setWriting(id, on, name) {
  clearTimeout(writers.get(id)?.timer);
  if (on) writers.set(id, { name, timer: setTimeout(setWriting, limits.typingSeen, id, false) });
  else writers.delete(id);
  showWriters();
}

function clearWriters() {
  for (const { timer } of writers.values()) clearTimeout(timer);
  writers.clear();
  showWriters();
}

function showWriters() {
  const names = [...writers.values()].map(({ name }) => name);
  const lists = ["", `${names[0]} is writing…`, `${names[0]} and ${names[1]} are writing…`];
  byId("typing").textContent = lists[names.length] ?? `${names.length} people are writing…`;
}

// MARK: What has not been read

const isReading = () => document.visibilityState === "visible" && document.hasFocus();

/** Counts in the title what arrives while nobody looks, and draws a line above the first of it. */
function countUnread() {
  if (isReading()) return;
  if (unread === 0) {
    clearDivider();
    divider = element("div", "divider", "New");
    log.lastElementChild.classList.remove("follows");
    log.lastElementChild.before(divider);
  }
  unread += 1;
  document.title = `(${unread}) Chat`;
}

function clearUnread() {
  unread = 0;
  document.title = "Chat";
}

function clearDivider() {
  divider?.remove();
  divider = undefined;
}

addEventListener("focus", clearUnread);
document.addEventListener("visibilitychange", () => isReading() && clearUnread());

// MARK: The person at the keyboard

const typing = { on: false, timer: undefined };

function setTyping(on) {
  clearTimeout(typing.timer);
  if (on) typing.timer = setTimeout(setTyping, limits.typing, false);
  if (on === typing.on) return;
  typing.on = on;
  if (me.joined) socket.volatile.emit("typing", on);
}

function fit() {
  text.style.height = "auto";
  text.style.height = `${text.scrollHeight + 2}px`;
  const left = limits.text - text.value.length;
  byId("left-over").textContent = left < 200 ? `${left} characters left` : "";
  byId("send").disabled = !text.value.trim();
}

text.addEventListener("input", () => {
  fit();
  setTyping(text.value !== "");
});
text.addEventListener("keydown", (event) => {
  // While an input method composes a character, Enter chooses it.
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  byId("composer").requestSubmit();
});
byId("composer").addEventListener("submit", (event) => {
  event.preventDefault();
  const said = text.value.trim();
  if (!said) return;
  if (!me.name) return askName();
  text.value = "";
  fit();
  typing.on = false;  // a message says it
  clearTimeout(typing.timer);
  say(said);
  text.focus();
});

byId("latest").addEventListener("click", () => {
  log.scrollTop = log.scrollHeight;
  text.focus();
});
log.addEventListener("scroll", () => {
  if (log.scrollHeight - log.scrollTop - log.clientHeight < 80) byId("latest").hidden = true;
});

function askName(problem = "") {
  byId("name-problem").textContent = problem;
  if (welcome.open) return;  // somebody may be typing in it
  byId("name").value = me.name || kept.get("chat.name", "", "localStorage");
  welcome.showModal();
  byId("name").select();
}

byId("name-form").addEventListener("submit", () => {
  const name = byId("name").value.trim();
  if (!name) return;
  me.name = name;
  if (socket.connected) join();
  text.focus();
});
byId("rename").addEventListener("click", () => askName());

byId("people-toggle").addEventListener("click", () => showPeoplePanel(!byId("people").classList.contains("open")));
addEventListener("keydown", (event) => event.key === "Escape" && showPeoplePanel(false));

/** On a phone the list lies over the conversation, which cannot be reached until it is closed. */
function showPeoplePanel(open) {
  byId("people").classList.toggle("open", open);
  byId("people-toggle").setAttribute("aria-expanded", open);
  document.querySelector("main").inert = open;
}

// A window that grows wide shows both.
matchMedia("(min-width: 50rem)").addEventListener("change", () => showPeoplePanel(false));

fit();
if (!me.name) askName();
