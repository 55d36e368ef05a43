// Tunes in to the channel named in the address; without one, to the first there is.
const root = location.pathname.slice(0, location.pathname.indexOf("/watch"));
const api = `${root}/api/v1`;
const wanted = location.pathname.slice(root.length + "/watch".length).replaceAll("/", "");
const query = location.search; // ?token= or ?grant= for channels that want one
const token = new URLSearchParams(query).get("token");
const ask = (path) => fetch(`${api}${path}`, token ? { headers: { Authorization: `Bearer ${token}` } } : {});
const part = (id) => document.getElementById(id);
const screen = part("screen");
const say = (...parts) => part("say").replaceChildren(...parts);
let hls;

function play(id) {
  const address = `${api}/channels/${id}/live.m3u8${query}`;
  // hls.js first: some browsers only believe that they can play HLS
  if (window.Hls && Hls.isSupported()) {
    hls = new Hls({ liveSyncDuration: 30, maxLiveSyncPlaybackRate: 1.05 });
    hls.loadSource(address);
    hls.attachMedia(screen);
  } else if (screen.canPlayType("application/vnd.apple.mpegurl")) {
    screen.src = address;
  } else {
    say("This browser cannot play HLS; open the M3U in a player instead.");
  }
  screen.play().catch(() => {});
}

function named(item) {
  if (!item.series_name) return item.title;
  const number = (letter, value) => (value == null ? "" : letter + String(value).padStart(2, "0"));
  const last = item.episode_number_end > item.episode_number ? `-${number("E", item.episode_number_end)}` : "";
  const code = number("S", item.season_number) + number("E", item.episode_number) + last;
  return [item.series_name, code, item.title].filter((text) => text && text !== "").join(" · ");
}

async function tell(id, name) {
  const answer = await ask(`/channels/${id}/now${query}`);
  if (answer.status === 204) return say(`${name}: no signal`);
  if (!answer.ok) return refused(id, await answer.json());
  const now = await answer.json();
  const title = document.createElement("strong");
  title.textContent = named(now.slot.item);
  say(`${name}: `, title, now.next ? ` · next: ${named(now.next.item)}` : "");
}

function refused(id, problem) {
  hls?.destroy();
  screen.hidden = true;
  if (problem.error === "password_required") {
    part("unlock").hidden = false;
    part("unlock").onsubmit = (event) => { event.preventDefault(); unlock(id).catch(failed); };
    part("password").focus();
    say("This channel wants its password.");
  } else if (["unauthenticated", "not_found", "forbidden"].includes(problem.error)) {
    say(
      token ? "Your account may not watch this channel, or it does not exist. " : "This channel is private, or it does not exist. ",
      "To watch it, put a personal token of an account that may behind this page's address: ?token=…",
    );
  } else {
    say(problem.message);
  }
}

async function unlock(id) {
  const body = JSON.stringify({ password: part("password").value });
  const headers = { "Content-Type": "application/json" };
  const answer = await fetch(`${api}/channels/${id}/unlock`, { method: "POST", headers, body });
  const said = await answer.json();
  if (!answer.ok) return say(said.message);
  location.search = new URLSearchParams({ grant: said.grant });
}

async function list() {
  const channels = await (await ask("/channels?scope=watchable")).json();
  const links = Array.isArray(channels) ? channels : [];
  part("channels").append(...links.map((one) => {
    const link = document.createElement("a");
    link.href = `${root}/watch/${one.id}${query}`;
    link.textContent = `${one.number} ${one.name}`;
    if (one.id === wanted) link.setAttribute("aria-current", "page");
    return link;
  }));
  return links;
}

const failed = (error) => say(String(error));

async function start() {
  if (wanted) play(wanted); // the picture waits for nothing else
  const links = await list();
  if (!wanted && links.length) return location.replace(`${root}/watch/${links[0].id}${query}`);
  if (!wanted) return say("There is no channel to watch without an account yet.");
  const answer = await ask(`/channels/${wanted}`); // a channel with a password tells its name
  const { name, ...problem } = await answer.json();
  if (!answer.ok) return refused(wanted, problem);
  document.title = `${name} · K-TV`;
  await tell(wanted, name);
  const telling = setInterval(() => (screen.hidden ? clearInterval(telling) : tell(wanted, name).catch(failed)), 10_000);
}

start().catch(failed);
