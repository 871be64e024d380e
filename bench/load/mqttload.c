/*
 * mqttload - a load generator for MQTT 3.1.1 (one file, one thread, epoll, no libraries), so that little of the machine goes to the
 * generator and much to what is measured. Written for bench/load/load-generator.ts, which compiles and runs it.
 *
 * It opens N connections, then publishes with QoS 1 at a fixed total rate (open loop) or flat out (closed loop, a window of messages per
 * connection), and prints one JSON line: rates, percentiles of the latency, and the CPU time and memory that another process (the broker)
 * used meanwhile. Only loopback targets are accepted.
 *
 *     -p PORT    port on 127.0.0.1                             (1883)
 *     -n N       connections                                  (100)
 *     -C PAT     client id pattern                            (load-%i)
 *     -u PAT     user name pattern      -P PAT  password pattern
 *     -H N       connects in progress at once                 (256)
 *     -m MODE    pub | idle: only connect                     (pub)
 *     -t PAT     topic pattern                                (load/%c/telemetry)
 *     -T PAT     payload pattern
 *     -r RATE    total messages/s; 0 = flat out               (0)
 *     -W N       in-flight window per connection, 1..4096     (1 flat out, 64 with -r)
 *     -w SEC     warm-up, not measured (2)      -d SEC  measured part (10)
 *     -x PID     report CPU and RSS of this process over the measured part
 *
 *   Patterns: %i client number, %c client id. Payload also: %w wall clock, ms, 13 digits; %s message number + 1000000000.
 *
 *   Latency is send to PUBACK. With -r the clock starts when the message was due, not when the socket took it, so that a stall is counted
 *   in full. Exit status: 0; 1 if a connection failed or was lost, or acknowledgements are missing; 2 usage.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum mode { MODE_PUB, MODE_IDLE };
enum state { ST_NONE, ST_TCP, ST_CONNACK, ST_READY, ST_DEAD };

#define NS 1000000000ull
#define KEEPALIVE 300

/* ---- options ---- */
static struct {
  const char *cid, *user, *pass, *topic, *tmpl;
  int port, hs_max, window;
  uint32_t n;
  double rate, warm, dur;
  enum mode mode;
  pid_t pid;
} o = { .cid = "load-%i", .topic = "load/%c/telemetry", .tmpl = "{\"n\":%s,\"ts\":%w}", .port = 1883, .hs_max = 256, .n = 100, .warm = 2, .dur = 10 };

static void die(const char *fmt, ...) {
  va_list ap;
  va_start(ap, fmt);
  fputs("mqttload: ", stderr);
  vfprintf(stderr, fmt, ap);
  fputc('\n', stderr);
  va_end(ap);
  exit(2);
}

static void *xalloc(size_t n) {
  void *p = calloc(1, n ? n : 1);
  if (!p) die("out of memory");
  return p;
}

static uint64_t now_ns(void) {
  struct timespec ts;
  clock_gettime(CLOCK_MONOTONIC, &ts);
  return (uint64_t)ts.tv_sec * NS + (uint64_t)ts.tv_nsec;
}

static uint64_t wall_ms(void) {
  struct timespec ts;
  clock_gettime(CLOCK_REALTIME, &ts);
  return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
}

/* ---- log-linear histogram: 64 steps per power of two, under 1.6 % error ---- */
#define SUB 64
#define NBUCKET (SUB * 59)
struct hist { uint64_t b[NBUCKET], n, max, sum; };

static unsigned bucket(uint64_t v) {
  if (v < SUB) return (unsigned)v;
  unsigned e = 63u - (unsigned)__builtin_clzll(v);            /* v >= 64: e >= 6 */
  unsigned i = (e - 5) * SUB + (unsigned)((v >> (e - 6)) & (SUB - 1));
  return i < NBUCKET ? i : NBUCKET - 1;
}

static uint64_t bucket_top(unsigned i) {
  if (i < SUB) return i;
  unsigned e = i / SUB + 5;
  return ((uint64_t)(SUB + i % SUB) + 1) << (e - 6);
}

static void hist_add(struct hist *h, uint64_t v) {
  h->b[bucket(v)]++;
  h->n++;
  h->sum += v;
  if (v > h->max) h->max = v;
}

static double hist_ms(const struct hist *h, double q) {
  if (!h->n) return 0;
  uint64_t want = (uint64_t)(q * (double)h->n + 0.5), seen = 0;
  if (want < 1) want = 1;
  for (unsigned i = 0; i < NBUCKET; i++)
    if ((seen += h->b[i]) >= want) {
      uint64_t v = bucket_top(i);
      return (double)(v > h->max ? h->max : v) / 1e6;
    }
  return (double)h->max / 1e6;
}

/* ---- byte buffer ---- */
struct buf { uint8_t *p; uint32_t len, cap; };

static void buf_add(struct buf *b, const void *p, size_t n) {
  if (b->len + n > b->cap) {
    uint32_t cap = b->cap ? b->cap : 256;
    while (cap < b->len + n) cap *= 2;
    if (!(b->p = realloc(b->p, cap))) die("out of memory");
    b->cap = cap;
  }
  memcpy(b->p + b->len, p, n);
  b->len += (uint32_t)n;
}

static void buf_byte(struct buf *b, unsigned v) {
  uint8_t c = (uint8_t)v;
  buf_add(b, &c, 1);
}

static void buf_str(struct buf *b, const char *s, size_t n) {   /* MQTT string: length, bytes */
  buf_byte(b, (unsigned)(n >> 8));
  buf_byte(b, (unsigned)n);
  buf_add(b, s, n);
}

/* fixed header in front of body */
static void buf_packet(struct buf *out, unsigned type, const struct buf *body) {
  uint32_t n = body->len;
  buf_byte(out, type);
  do {
    unsigned d = n & 127;
    n >>= 7;
    buf_byte(out, n ? d | 128 : d);
  } while (n);
  buf_add(out, body->p, body->len);
}

static void put_digits(uint8_t *p, int width, uint64_t v) {
  while (width--) {
    p[width] = (uint8_t)('0' + v % 10);
    v /= 10;
  }
}

/* ---- connections ---- */
struct conn {
  int fd;
  uint32_t idx;
  uint8_t state;
  bool want_out, ping_out, dirty;
  uint16_t mid;                 /* last message id used */
  uint16_t inflight;            /* unacknowledged */
  uint64_t t0;                  /* connect start, later last send */
  uint64_t *due;                /* [window] when due, by message id modulo window */
  uint8_t *pkt;                 /* the ready PUBLISH packet, patched for each message */
  uint32_t pktlen, off_mid;
  int32_t off_w, off_s;
  struct buf out;
  uint8_t in[16];               /* start of the packet being read */
  uint32_t in_have, in_left;    /* bytes of it kept; bytes of a long one still to come */
};

static struct conn *conns;
static int ep;
static struct sockaddr_in dst;
static uint32_t opened, ready, failed, lost, handshakes;
static uint64_t seqno, unanswered;
static uint16_t mid_max;           /* a multiple of the window, so that slots stay distinct at the wrap */
static bool measuring, sending;
static uint64_t m_sent, m_acked;
static struct hist lat;
static uint64_t first_conn, last_conn;
static volatile sig_atomic_t stop;
static uint32_t *dirty_list, ndirty;

static void on_signal(int s) { (void)s; stop = 1; }

/* expands %i, %c and the payload tokens; fixed-width tokens are left as zeros and their offset noted */
static void expand(struct buf *b, const char *pat, const struct conn *c, const char *cid, int32_t *w, int32_t *s) {
  static const char zeros[] = "0000000000000";
  char num[16];
  for (const char *p = pat; *p; p++) {
    if (*p != '%' || !p[1]) { buf_byte(b, (uint8_t)*p); continue; }
    switch (*++p) {
      case 'i': buf_add(b, num, (size_t)snprintf(num, sizeof num, "%u", c->idx)); break;
      case 'c': if (cid) buf_add(b, cid, strlen(cid)); break;
      case 'w': if (w) { *w = (int32_t)b->len; buf_add(b, zeros, 13); } break;
      case 's': if (s) { *s = (int32_t)b->len; buf_add(b, zeros, 10); } break;
      default: buf_byte(b, (uint8_t)*p);
    }
  }
}

static char *expand_str(const char *pat, const struct conn *c, const char *cid) {
  struct buf b = { 0 };
  expand(&b, pat, c, cid, NULL, NULL);
  buf_byte(&b, 0);
  return (char *)b.p;
}

static void make_connect(struct conn *c) {
  struct buf body = { 0 };
  char *cid = expand_str(o.cid, c, NULL);
  unsigned flags = 2;
  if (o.user) flags |= 0x80;
  if (o.pass) flags |= 0x40;
  buf_str(&body, "MQTT", 4);
  buf_byte(&body, 4);
  buf_byte(&body, flags);
  buf_byte(&body, KEEPALIVE >> 8);
  buf_byte(&body, KEEPALIVE & 255);
  buf_str(&body, cid, strlen(cid));
  if (o.user) { char *s = expand_str(o.user, c, cid); buf_str(&body, s, strlen(s)); free(s); }
  if (o.pass) { char *s = expand_str(o.pass, c, cid); buf_str(&body, s, strlen(s)); free(s); }
  buf_packet(&c->out, 0x10, &body);
  free(body.p);
  free(cid);
}

static void make_publish(struct conn *c) {
  struct buf body = { 0 }, pkt = { 0 };
  char *cid = expand_str(o.cid, c, NULL), *topic = expand_str(o.topic, c, cid);
  int32_t w = -1, s = -1;
  buf_str(&body, topic, strlen(topic));
  uint32_t mid_at = body.len;
  buf_byte(&body, 0);
  buf_byte(&body, 0);
  expand(&body, o.tmpl, c, cid, &w, &s);
  buf_packet(&pkt, 0x32, &body);
  int32_t head = (int32_t)(pkt.len - body.len);
  c->pkt = pkt.p;
  c->pktlen = pkt.len;
  c->off_mid = (uint32_t)head + mid_at;
  c->off_w = w < 0 ? w : w + head;
  c->off_s = s < 0 ? s : s + head;
  c->due = xalloc((size_t)o.window * sizeof *c->due);
  free(body.p);
  free(topic);
  free(cid);
}

static void conn_close(struct conn *c, const char *why) {
  if (c->state == ST_DEAD) return;
  if (c->state == ST_READY) { lost++; ready--; unanswered += c->inflight; }
  else { failed++; handshakes--; }
  if (lost + failed <= 3) fprintf(stderr, "mqttload: client %u: %s\n", c->idx, why);
  c->state = ST_DEAD;
  c->inflight = 0;
  if (c->fd >= 0) close(c->fd);
  c->fd = -1;
}

static void want_out(struct conn *c, bool on) {
  if (c->want_out == on) return;
  struct epoll_event ev = { .events = EPOLLIN | (on ? EPOLLOUT : 0), .data.ptr = c };
  c->want_out = on;
  epoll_ctl(ep, EPOLL_CTL_MOD, c->fd, &ev);
}

static void flush(struct conn *c) {
  c->dirty = false;
  if (c->state == ST_DEAD || !c->out.len) return;
  ssize_t n = send(c->fd, c->out.p, c->out.len, MSG_NOSIGNAL);
  if (n < 0) {
    if (errno == EAGAIN) { want_out(c, true); return; }
    conn_close(c, strerror(errno));
    return;
  }
  if ((uint32_t)n < c->out.len) {
    memmove(c->out.p, c->out.p + n, c->out.len - (size_t)n);
    c->out.len -= (uint32_t)n;
    want_out(c, true);
  } else {
    c->out.len = 0;
    want_out(c, false);
  }
}

/* sends are gathered per connection and written once per turn of the loop */
static void mark(struct conn *c) {
  if (c->dirty) return;
  c->dirty = true;
  dirty_list[ndirty++] = c->idx;
}

static void flush_dirty(void) {
  for (uint32_t i = 0; i < ndirty; i++) flush(&conns[dirty_list[i]]);
  ndirty = 0;
}

static bool can_publish(const struct conn *c) {
  return c->state == ST_READY && c->inflight < o.window && !c->want_out;
}

static void ping(struct conn *c) {
  static const uint8_t req[2] = { 0xc0, 0 };
  buf_add(&c->out, req, 2);
  c->ping_out = true;
  mark(c);
}

static void publish(struct conn *c, uint64_t due, uint64_t now) {
  uint8_t *p = c->pkt;
  c->mid = c->mid >= mid_max ? 1 : (uint16_t)(c->mid + 1);
  p[c->off_mid] = (uint8_t)(c->mid >> 8);
  p[c->off_mid + 1] = (uint8_t)c->mid;
  c->due[c->mid % o.window] = due;
  if (c->off_w >= 0) put_digits(p + c->off_w, 13, wall_ms());
  if (c->off_s >= 0) put_digits(p + c->off_s, 10, 1000000000ull + seqno % 1000000000ull);
  seqno++;
  buf_add(&c->out, p, c->pktlen);
  c->inflight++;
  c->t0 = now;
  if (measuring) m_sent++;
  mark(c);
}

static void refill(struct conn *c, uint64_t now) {
  if (!sending || o.rate > 0) return;
  while (can_publish(c)) publish(c, now, now);
}

/* one whole packet has come in; for a long one only its first bytes are kept */
static void on_packet(struct conn *c, const uint8_t *p, uint32_t have, uint64_t now) {
  uint32_t head = 2;
  while (head < have && (p[head - 1] & 128)) head++;
  switch (p[0] >> 4) {
    case 2: /* CONNACK */
      if (c->state != ST_CONNACK || have < 4) { conn_close(c, "unexpected CONNACK"); return; }
      if (p[3]) { char m[40]; snprintf(m, sizeof m, "refused, return code %u", p[3]); conn_close(c, m); return; }
      c->state = ST_READY;
      c->t0 = now;
      ready++;
      handshakes--;
      last_conn = now;
      if (o.mode == MODE_PUB) make_publish(c);
      refill(c, now);
      return;
    case 4: { /* PUBACK */
      if (have < head + 2 || !c->inflight) return;
      uint16_t mid = (uint16_t)(p[head] << 8 | p[head + 1]);
      uint64_t t = c->due[mid % o.window];
      c->inflight--;
      if (measuring) { m_acked++; hist_add(&lat, now > t ? now - t : 0); }
      refill(c, now);
      return;
    }
    case 13: /* PINGRESP */
      c->ping_out = false;
      return;
    default: return;
  }
}

static void on_bytes(struct conn *c, const uint8_t *p, size_t n, uint64_t now) {
  while (n && c->state != ST_DEAD) {
    if (c->in_left) {                       /* skip the rest of a long packet */
      uint32_t k = n < c->in_left ? (uint32_t)n : c->in_left;
      c->in_left -= k; p += k; n -= k;
      continue;
    }
    c->in[c->in_have++] = *p++;
    n--;
    if (c->in_have < 2) continue;
    uint32_t rl = 0, k = 1, sh = 0;
    bool whole = false;
    while (k < c->in_have && k < 5) { rl |= (uint32_t)(c->in[k] & 127) << sh; sh += 7; if (!(c->in[k++] & 128)) { whole = true; break; } }
    if (!whole) continue;
    if (c->in_have == k + rl || c->in_have == sizeof c->in) {
      c->in_left = k + rl - c->in_have;
      on_packet(c, c->in, c->in_have, now);
      c->in_have = 0;
    }
  }
}

static void on_readable(struct conn *c) {
  static uint8_t tmp[65536];
  ssize_t n = recv(c->fd, tmp, sizeof tmp, 0);
  if (n == 0) { conn_close(c, "closed by the broker"); return; }
  if (n < 0) { if (errno != EAGAIN) conn_close(c, strerror(errno)); return; }
  on_bytes(c, tmp, (size_t)n, now_ns());
}

static void conn_open(uint32_t i) {
  struct conn *c = &conns[i];
  int one = 1;
  c->idx = i;
  c->t0 = now_ns();
  c->state = ST_TCP;
  handshakes++;
  if (!opened++) first_conn = c->t0;
  c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (c->fd < 0) { conn_close(c, strerror(errno)); return; }
  setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  struct epoll_event ev = { .events = EPOLLIN | EPOLLOUT, .data.ptr = c };
  c->want_out = true;
  epoll_ctl(ep, EPOLL_CTL_ADD, c->fd, &ev);
  if (connect(c->fd, (struct sockaddr *)&dst, sizeof dst) && errno != EINPROGRESS) conn_close(c, strerror(errno));
}

static void turn(int64_t timeout_ns) {
  static struct epoll_event ev[1024];
  struct timespec ts = { timeout_ns / (int64_t)NS, timeout_ns % (int64_t)NS };
  flush_dirty();
  int n = epoll_pwait2(ep, ev, 1024, timeout_ns < 0 ? NULL : &ts, NULL);
  for (int i = 0; i < n; i++) {
    struct conn *c = ev[i].data.ptr;
    if (c->state == ST_DEAD) continue;
    if (c->state == ST_TCP && (ev[i].events & (EPOLLOUT | EPOLLERR | EPOLLHUP))) {
      int err = 0;
      socklen_t len = sizeof err;
      getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &err, &len);
      if (err) { conn_close(c, strerror(err)); continue; }
      c->state = ST_CONNACK;
      make_connect(c);
      flush(c);
      continue;
    }
    if (ev[i].events & EPOLLOUT) { flush(c); if (c->state == ST_READY && !c->want_out) refill(c, now_ns()); }
    if (c->state != ST_DEAD && (ev[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR))) on_readable(c);
  }
  flush_dirty();
}

static void keepalive_scan(uint64_t now) {
  static uint64_t last;
  if (now - last < NS) return;
  last = now;
  for (uint32_t i = 0; i < opened; i++) {
    struct conn *c = &conns[i];
    if (c->state == ST_READY && !c->ping_out && now - c->t0 > KEEPALIVE * NS / 2) { c->t0 = now; ping(c); }
  }
}

/* ---- the watched processes ---- */
struct usage { double cpu; long rss_kb; };

static struct usage usage_of(pid_t pid) {
  struct usage u = { 0, 0 };
  char path[64], line[1024];
  snprintf(path, sizeof path, "/proc/%d/stat", pid);
  FILE *f = fopen(path, "r");
  if (!f) return u;
  if (fgets(line, sizeof line, f)) {
    char *p = strrchr(line, ')');
    unsigned long ut = 0, st = 0;
    long rss = 0;
    if (p && sscanf(p + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu %*d %*d %*d %*d %*d %*d %*u %*u %ld", &ut, &st, &rss) == 3) {
      u.cpu = (double)(ut + st) / (double)sysconf(_SC_CLK_TCK);
      u.rss_kb = rss * (sysconf(_SC_PAGESIZE) / 1024);
    }
  }
  fclose(f);
  return u;
}

static double own_cpu(void) {
  struct rusage r;
  getrusage(RUSAGE_SELF, &r);
  return (double)(r.ru_utime.tv_sec + r.ru_stime.tv_sec) + (double)(r.ru_utime.tv_usec + r.ru_stime.tv_usec) / 1e6;
}

/* ---- phases ---- */
static void phase_connect(void) {
  while (!stop && opened < o.n) {
    int burst = 64;
    while (opened < o.n && handshakes < (uint32_t)o.hs_max && burst--) conn_open(opened);
    turn(opened < o.n && handshakes < (uint32_t)o.hs_max ? 0 : (int64_t)(NS / 1000));
  }
  uint64_t limit = now_ns() + 30 * NS;
  while (!stop && handshakes && now_ns() < limit) turn((int64_t)(NS / 100));
}

static uint64_t sched_t0, sched_n;

/* sends what is due; returns ns until the next one */
static int64_t pace(uint64_t now) {
  static uint32_t next;
  double per = 1e9 / o.rate;
  for (;;) {
    uint64_t due = sched_t0 + (uint64_t)((double)sched_n * per);
    if (due > now) { int64_t d = (int64_t)(due - now); return d < 50000 ? 50000 : d; }
    uint32_t tries = o.n;
    while (tries && !can_publish(&conns[next])) { if (++next >= o.n) next = 0; tries--; }
    if (!tries) return (int64_t)(NS / 5000);     /* every window is full: the backlog waits, with its due time */
    publish(&conns[next], due, now);
    if (++next >= o.n) next = 0;
    sched_n++;
  }
}

static void run_until(uint64_t end) {
  uint64_t now;
  while (!stop && (now = now_ns()) < end) {
    int64_t wait = (int64_t)(NS / 100);
    if (o.mode == MODE_PUB && o.rate > 0) wait = pace(now);
    if ((uint64_t)wait > end - now) wait = (int64_t)(end - now);
    keepalive_scan(now);
    turn(wait);
    if (!ready) break;
  }
}

/* flat out, the first window; after that every answer sends the next message */
static void kick(void) {
  if (sending && o.rate == 0) for (uint32_t i = 0; i < o.n; i++) refill(&conns[i], now_ns());
}

static void report(double conn_s, double secs, uint64_t missing, struct usage u0, struct usage u1, double own) {
  double cpu = u1.cpu - u0.cpu;
  printf("{\"connections\":%u,\"failed\":%u,\"lost\":%u,\"connects_per_s\":%.0f,\"rate\":%.0f,\"missing\":%llu,"
         "\"ms\":{\"p50\":%.3f,\"p99\":%.3f,\"max\":%.3f},\"own_cpu\":%.2f,\"watched\":{\"cpu\":%.3f,\"us_per_msg\":%.2f,\"rss_mb\":%.1f}}\n",
         ready, failed, lost, conn_s > 0 ? ready / conn_s : 0, (double)m_acked / secs, (unsigned long long)missing,
         hist_ms(&lat, .5), hist_ms(&lat, .99), (double)lat.max / 1e6, own / secs, cpu / secs, m_acked ? cpu * 1e6 / (double)m_acked : 0,
         (double)u1.rss_kb / 1024);
  fflush(stdout);
}

int main(int argc, char **argv) {
  int c;
  while ((c = getopt(argc, argv, "p:n:C:u:P:H:m:t:T:r:W:w:d:x:")) != -1) {
    switch (c) {
      case 'p': o.port = atoi(optarg); break;
      case 'n': o.n = (uint32_t)strtoul(optarg, NULL, 10); break;
      case 'C': o.cid = optarg; break;
      case 'u': o.user = optarg; break;
      case 'P': o.pass = optarg; break;
      case 'H': o.hs_max = atoi(optarg); break;
      case 'm': o.mode = !strcmp(optarg, "pub") ? MODE_PUB : !strcmp(optarg, "idle") ? MODE_IDLE : (die("mode %s?", optarg), MODE_PUB); break;
      case 't': o.topic = optarg; break;
      case 'T': o.tmpl = optarg; break;
      case 'r': o.rate = atof(optarg); break;
      case 'W': o.window = atoi(optarg); break;
      case 'w': o.warm = atof(optarg); break;
      case 'd': o.dur = atof(optarg); break;
      case 'x': o.pid = atoi(optarg); break;
      default: die("see the comment at the top of mqttload.c");
    }
  }
  if (optind < argc) die("unexpected argument %s", argv[optind]);
  if (!o.window) o.window = o.rate > 0 ? 64 : 1;
  if (o.window < 1 || o.window > 4096 || !o.n || o.rate < 0 || o.dur <= 0) die("an option is out of range");
  dst = (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons((uint16_t)o.port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
  mid_max = (uint16_t)(65535 - 65535 % o.window);

  struct rlimit rl;
  getrlimit(RLIMIT_NOFILE, &rl);
  rl.rlim_cur = rl.rlim_max;
  setrlimit(RLIMIT_NOFILE, &rl);
  if (o.n + 16 > rl.rlim_max) die("%u connections, but this process may open %lu files", o.n, (unsigned long)rl.rlim_max);
  signal(SIGINT, on_signal);
  signal(SIGTERM, on_signal);

  conns = xalloc(o.n * sizeof *conns);
  dirty_list = xalloc(o.n * sizeof *dirty_list);
  if ((ep = epoll_create1(EPOLL_CLOEXEC)) < 0) die("epoll: %s", strerror(errno));

  phase_connect();
  double conn_s = last_conn > first_conn ? (double)(last_conn - first_conn) / NS : 0;
  fprintf(stderr, "mqttload: %u of %u connected\n", ready, o.n);

  sending = o.mode == MODE_PUB;
  sched_t0 = now_ns();
  kick();
  if (o.warm > 0) run_until(now_ns() + (uint64_t)(o.warm * NS));

  struct usage u0 = usage_of(o.pid);
  double own = own_cpu();
  measuring = true;
  uint64_t t0 = now_ns();
  run_until(t0 + (uint64_t)(o.dur * NS));
  double secs = (double)(now_ns() - t0) / NS;
  sending = measuring = false;
  struct usage u1 = usage_of(o.pid);
  own = own_cpu() - own;

  uint64_t d0 = now_ns(), left;
  for (;;) {
    left = unanswered;
    for (uint32_t i = 0; i < opened; i++) left += conns[i].inflight;
    if (!left || left == unanswered || stop || now_ns() - d0 > 15 * NS) break;
    turn((int64_t)(NS / 1000));
  }
  report(conn_s, secs, left, u0, u1, own);

  static const uint8_t bye[2] = { 0xe0, 0 };
  for (uint32_t i = 0; i < opened; i++)
    if (conns[i].fd >= 0) { if (send(conns[i].fd, bye, 2, MSG_NOSIGNAL | MSG_DONTWAIT) < 0) { /* leaving anyway */ } close(conns[i].fd); }
  return failed || lost || left ? 1 : 0;
}
