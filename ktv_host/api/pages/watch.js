// Tunes in to the channel named in the address; without one, to the first there is.
const root = location.pathname.slice(0, location.pathname.indexOf("/watch"));
const api = `${root}/api/v1`;
const wanted = location.pathname.slice(root.length + "/watch".length).replaceAll("/", "");
const query = location.search; // ?token= or ?grant= for channels that want one
const token = new URLSearchParams(query).get("token");
const ask = (path) => fetch(`${api}${path}`, token ? { headers: { Authorization: `Bearer ${token}` } } : {});
const screen = document.getElementById("screen");
const say = (...parts) => document.getElementById("say").replaceChildren(...parts);

function play(address) {
  // hls.js first: some browsers only believe that they can play HLS
  if (window.Hls && Hls.isSupported()) {
    const hls = new Hls({ liveSyncDuration: 30, maxLiveSyncPlaybackRate: 1.05 });
    hls.loadSource(address);
    hls.attachMedia(screen);
  } else if (screen.canPlayType("application/vnd.apple.mpegurl")) {
    screen.src = address;
  } else {
    say("This browser cannot play HLS; open the M3U in a player instead.");
  }
  screen.play().catch(() => {});
}

async function tell(channel) {
  const answer = await ask(`/channels/${channel.id}/now${query}`);
  if (answer.status === 204) return say(`${channel.name}: no signal`);
  if (!answer.ok) return say((await answer.json()).message);
  const now = await answer.json();
  const title = document.createElement("strong");
  title.textContent = now.slot.item.series_name ?? now.slot.item.title;
  const next = now.next ? ` · next: ${now.next.item.series_name ?? now.next.item.title}` : "";
  say(`${channel.name}: `, title, next);
}

async function start() {
  const channels = await (await ask("/channels?scope=watchable")).json();
  const channel = channels.find((one) => one.id === wanted) ?? (wanted ? { id: wanted, name: "" } : channels[0]);
  document.getElementById("channels").append(...channels.map((one) => {
    const link = document.createElement("a");
    link.href = `${root}/watch/${one.id}${query}`;
    link.textContent = `${one.number} ${one.name}`;
    if (one.id === channel?.id) link.setAttribute("aria-current", "page");
    return link;
  }));
  if (!channel) return say("There is no channel to watch without an account yet.");
  document.title = `${channel.name} · K-TV`;
  play(`${api}/channels/${channel.id}/live.m3u8${query}`);
  await tell(channel);
  setInterval(() => tell(channel), 10_000);
}

start().catch((error) => say(String(error)));
