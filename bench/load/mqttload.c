/*
 * mqttload - a small, generic MQTT 3.1.1 load generator (one file, one thread, epoll, no libraries).
 *
 *   cc -O2 -Wall -Wextra -o mqttload mqttload.c
 *
 * It opens N connections (spread over several 127.0.0.x source addresses, so that more than 28k of
 * them fit), then publishes at a fixed total rate (open loop) or flat out (closed loop, bounded
 * window per connection), and reports rates, latency percentiles and, if asked, the CPU time and
 * memory that another process (the broker) used meanwhile. Only loopback targets are accepted.
 *
 *   mqttload [options]
 *     -h ADDR    IPv4 loopback address of the broker          (127.0.0.1)
 *     -p PORT    port                                         (1883)
 *     -n N       connections                                  (100)
 *     -S N       source addresses 127.0.B.1 .. 127.0.B.N       (0 = let the kernel choose)
 *     -B B       third octet of the source addresses          (9)
 *     -o N       first client number, for several processes   (0)
 *     -C PAT     client id pattern                            (load-%i)
 *     -u PAT     user name pattern      -P PAT  password pattern
 *     -k SEC     keepalive; a PINGREQ goes out after half of it without traffic (300)
 *     -K         persistent session (clean session 0)
 *     -R RATE    connects per second, 0 = as fast as they are answered   (0)
 *     -H N       connects in progress at once                 (256)
 *     -m MODE    pub | sub | idle                             (pub)
 *     -q QOS     0 or 1                                       (0)
 *     -t PAT     topic pattern, or topic filter with -m sub   (load/%c/telemetry)
 *     -b BYTES   payload size that %p pads to                 (120)
 *     -T TEXT    payload template (see below)    -f FILE  read it from a file
 *     -r RATE    total messages/s; 0 = flat out               (0)
 *     -N COUNT   stop after COUNT messages in the measured part (0 = by time)
 *     -W N       in-flight window per connection, 1..4096     (1 flat out, 64 with -r)
 *     -w SEC     warm-up, not measured (2)      -d SEC  measured part (10)
 *     -x PID     report CPU and RSS of this process over the measured part (repeatable, up to 4)
 *     -L TEXT    label in the output            -j  one JSON line instead of text
 *
 *   Patterns: %i client number, %c client id (topic, user name, password and payload).
 *   Payload also: %t monotonic clock, ns, 19 digits with leading zeros (put it in quotes);
 *     %w wall clock, ms, 13 digits; %s message number + 1000000000; %p padding to -b bytes.
 *
 *   Latency is send to PUBACK for QoS 1; for QoS 0, which has no answer, a PINGREQ follows each half
 *   window of messages (with -r, each message that finds none outstanding) and its round trip is
 *   reported; a message counts as done when the PINGRESP after it is in. With -r the clock starts when the message
 *   was due, not when the socket took it, so that a stall is counted in full. With -m sub it is the
 *   publisher's %t to arrival (if the payload has "t":"<19 digits>").
 *   Exit status: 0; 1 if a connection failed or was lost, or acknowledgements are missing; 2 usage.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
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

#ifndef IP_BIND_ADDRESS_NO_PORT
#define IP_BIND_ADDRESS_NO_PORT 24
#endif

enum mode { MODE_PUB, MODE_SUB, MODE_IDLE };
enum state { ST_NONE, ST_TCP, ST_CONNACK, ST_SUBACK, ST_READY, ST_DEAD };

#define MAX_PIDS 4
#define NS 1000000000ull

/* ---- options ---- */
static struct {
  const char *host, *cid, *user, *pass, *topic, *tmpl, *label;
  int port, nsrc, srcnet, keepalive, hs_max, qos, size, window, npid;
  uint32_t n, first;
  double conn_rate, rate, warm, dur;
  uint64_t count;
  bool persistent, json;
  enum mode mode;
  pid_t pid[MAX_PIDS];
} o = { .host = "127.0.0.1", .cid = "load-%i", .topic = "load/%c/telemetry", .label = "",
        .port = 1883, .srcnet = 9, .keepalive = 300, .hs_max = 256, .size = 120, .n = 100,
        .warm = 2, .dur = 10,
        .tmpl = "{\"t\":\"%t\",\"ts\":%w,\"id\":\"%c\",\"n\":%s,\"hr\":62,\"occupied\":true,\"pad\":\"%p\"}" };

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
  uint16_t inflight;            /* unacknowledged (QoS 1), or sent since the last PINGREQ (QoS 0) */
  uint64_t t0;                  /* connect start, later last send */
  uint64_t ping_due;
  uint64_t *due;                /* [window] when due, by message id modulo window */
  uint8_t *pkt;                 /* the ready PUBLISH packet, patched for each message */
  uint32_t pktlen, off_mid;
  int32_t off_t, off_w, off_s;
  struct buf out;
  uint8_t in[16];               /* start of the packet being read */
  uint32_t in_have, in_left;    /* bytes of it kept; bytes of a long one still to come */
  uint8_t in_type;
};

static struct conn *conns;
static int ep;
static struct sockaddr_in dst;
static uint32_t opened, ready, failed, lost, handshakes;
static uint64_t seqno, unanswered;
static uint16_t mid_max;           /* a multiple of the window, so that slots stay distinct at the wrap */
static bool measuring;
static uint64_t m_sent, m_acked, m_received;
static struct hist lat, connlat;
static uint64_t first_conn, last_conn;
static volatile sig_atomic_t stop;
static uint32_t *dirty_list, ndirty;

static void on_signal(int s) { (void)s; stop = 1; }

/* expands %i, %c and the payload tokens; fixed-width tokens are left as zeros and their offset noted */
static void expand(struct buf *b, const char *pat, const struct conn *c, const char *cid, size_t pad,
                   int32_t *t, int32_t *w, int32_t *s) {
  static const char zeros[] = "0000000000000000000";
  char num[16];
  for (const char *p = pat; *p; p++) {
    if (*p != '%' || !p[1]) { buf_byte(b, (uint8_t)*p); continue; }
    switch (*++p) {
      case 'i': buf_add(b, num, (size_t)snprintf(num, sizeof num, "%u", c->idx)); break;
      case 'c': if (cid) buf_add(b, cid, strlen(cid)); break;
      case 't': if (t) { *t = (int32_t)b->len; buf_add(b, zeros, 19); } break;
      case 'w': if (w) { *w = (int32_t)b->len; buf_add(b, zeros, 13); } break;
      case 's': if (s) { *s = (int32_t)b->len; buf_add(b, zeros, 10); } break;
      case 'p': for (size_t i = 0; i < pad; i++) buf_byte(b, 'x'); break;
      default: buf_byte(b, (uint8_t)*p);
    }
  }
}

static char *expand_str(const char *pat, const struct conn *c, const char *cid) {
  struct buf b = { 0 };
  expand(&b, pat, c, cid, 0, NULL, NULL, NULL);
  buf_byte(&b, 0);
  return (char *)b.p;
}

static void make_connect(struct conn *c) {
  struct buf body = { 0 };
  char *cid = expand_str(o.cid, c, NULL);
  unsigned flags = o.persistent ? 0 : 2;
  if (o.user) flags |= 0x80;
  if (o.pass) flags |= 0x40;
  buf_str(&body, "MQTT", 4);
  buf_byte(&body, 4);
  buf_byte(&body, flags);
  buf_byte(&body, (unsigned)o.keepalive >> 8);
  buf_byte(&body, (unsigned)o.keepalive);
  buf_str(&body, cid, strlen(cid));
  if (o.user) { char *s = expand_str(o.user, c, cid); buf_str(&body, s, strlen(s)); free(s); }
  if (o.pass) { char *s = expand_str(o.pass, c, cid); buf_str(&body, s, strlen(s)); free(s); }
  buf_packet(&c->out, 0x10, &body);
  free(body.p);
  free(cid);
}

static void make_subscribe(struct conn *c) {
  struct buf body = { 0 };
  char *cid = expand_str(o.cid, c, NULL), *topic = expand_str(o.topic, c, cid);
  buf_byte(&body, 0);
  buf_byte(&body, 1);
  buf_str(&body, topic, strlen(topic));
  buf_byte(&body, (unsigned)o.qos);
  buf_packet(&c->out, 0x82, &body);
  free(body.p);
  free(topic);
  free(cid);
}

static void make_publish(struct conn *c) {
  struct buf payload = { 0 }, body = { 0 }, pkt = { 0 };
  char *cid = expand_str(o.cid, c, NULL), *topic = expand_str(o.topic, c, cid);
  c->off_t = c->off_w = c->off_s = -1;
  expand(&payload, o.tmpl, c, cid, 0, &c->off_t, &c->off_w, &c->off_s);
  size_t pad = payload.len < (uint32_t)o.size ? (size_t)o.size - payload.len : 0;
  payload.len = 0;
  expand(&payload, o.tmpl, c, cid, pad, &c->off_t, &c->off_w, &c->off_s);
  buf_str(&body, topic, strlen(topic));
  uint32_t mid_at = body.len;
  if (o.qos) { buf_byte(&body, 0); buf_byte(&body, 0); }
  uint32_t payload_at = body.len;
  buf_add(&body, payload.p, payload.len);
  buf_packet(&pkt, 0x30u | (unsigned)o.qos << 1, &body);
  uint32_t head = pkt.len - body.len;
  c->pkt = pkt.p;
  c->pktlen = pkt.len;
  c->off_mid = o.qos ? head + mid_at : 0;
  if (c->off_t >= 0) c->off_t += (int32_t)(head + payload_at);
  if (c->off_w >= 0) c->off_w += (int32_t)(head + payload_at);
  if (c->off_s >= 0) c->off_s += (int32_t)(head + payload_at);
  c->due = xalloc((size_t)o.window * sizeof *c->due);
  free(payload.p);
  free(body.p);
  free(topic);
  free(cid);
}

static void conn_close(struct conn *c, const char *why) {
  if (c->state == ST_DEAD) return;
  if (c->state == ST_READY) { lost++; ready--; if (o.qos) unanswered += c->inflight; }
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
  dirty_list[ndirty++] = c->idx - o.first;
}

static void flush_dirty(void) {
  for (uint32_t i = 0; i < ndirty; i++) flush(&conns[dirty_list[i]]);
  ndirty = 0;
}

static bool can_publish(const struct conn *c) {
  return c->state == ST_READY && c->inflight < o.window && !c->want_out;
}

static void ping(struct conn *c, uint64_t due) {
  static const uint8_t req[2] = { 0xc0, 0 };
  buf_add(&c->out, req, 2);
  c->ping_out = true;
  c->ping_due = due;
  mark(c);
}

static void publish(struct conn *c, uint64_t due, uint64_t now) {
  uint8_t *p = c->pkt;
  if (o.qos) {
    c->mid = c->mid >= mid_max ? 1 : (uint16_t)(c->mid + 1);
    p[c->off_mid] = (uint8_t)(c->mid >> 8);
    p[c->off_mid + 1] = (uint8_t)c->mid;
    c->due[c->mid % o.window] = due;
  }
  if (c->off_t >= 0) put_digits(p + c->off_t, 19, due);
  if (c->off_w >= 0) put_digits(p + c->off_w, 13, wall_ms());
  if (c->off_s >= 0) put_digits(p + c->off_s, 10, 1000000000ull + seqno % 1000000000ull);
  seqno++;
  buf_add(&c->out, p, c->pktlen);
  c->inflight++;
  c->t0 = now;
  if (measuring) m_sent++;
  mark(c);
  if (!o.qos && !c->ping_out && c->inflight >= (o.window + 1) / 2) ping(c, due);
}

static bool flat_out(void) { return o.mode == MODE_PUB && o.rate == 0; }
static bool sending;

static void refill(struct conn *c, uint64_t now) {
  if (!sending || !flat_out()) return;
  while (can_publish(c) && !(o.count && measuring && m_sent >= o.count)) publish(c, now, now);
}

/* one whole packet has come in; for a long one only its first bytes are kept */
static void on_packet(struct conn *c, const uint8_t *p, uint32_t have, uint64_t now) {
  uint32_t head = 2;
  while (head < have && (p[head - 1] & 128)) head++;
  switch (p[0] >> 4) {
    case 2: /* CONNACK */
      if (c->state != ST_CONNACK || have < 4) { conn_close(c, "unexpected CONNACK"); return; }
      if (p[3]) { char m[40]; snprintf(m, sizeof m, "refused, return code %u", p[3]); conn_close(c, m); return; }
      hist_add(&connlat, now - c->t0);
      if (o.mode == MODE_SUB) { c->state = ST_SUBACK; make_subscribe(c); mark(c); return; }
      /* fall through */
    case 9: /* SUBACK */
      c->state = ST_READY;
      c->t0 = now;
      ready++;
      handshakes--;
      last_conn = now;
      if (o.mode == MODE_PUB) make_publish(c);
      refill(c, now);
      return;
    case 4: { /* PUBACK */
      uint16_t mid = (uint16_t)(p[head] << 8 | p[head + 1]);
      if (have < head + 2 || !c->inflight) return;
      uint64_t t = c->due[mid % o.window];
      c->inflight--;
      if (measuring) { m_acked++; hist_add(&lat, now > t ? now - t : 0); }
      refill(c, now);
      return;
    }
    case 13: /* PINGRESP */
      c->ping_out = false;
      if (!o.qos && o.mode == MODE_PUB) {
        if (measuring && c->inflight) { m_acked += c->inflight; hist_add(&lat, now > c->ping_due ? now - c->ping_due : 0); }
        c->inflight = 0;
        refill(c, now);
      }
      return;
    default: return;
  }
}

static void on_publish_in(struct conn *c, const uint8_t *p, uint32_t len, uint64_t now) {
  uint32_t head = 2;
  while (p[head - 1] & 128) head++;
  if (measuring) {
    m_received++;
    const uint8_t *t = memmem(p + head, len - head, "\"t\":\"", 5);
    if (t && t + 24 <= p + len) {
      uint64_t v = 0;
      for (int i = 5; i < 24; i++) v = v * 10 + (uint64_t)(t[i] - '0');
      hist_add(&lat, now > v ? now - v : 0);
    }
  }
  if ((p[0] >> 1 & 3) == 1) {
    uint32_t tl = (uint32_t)p[head] << 8 | p[head + 1];
    uint8_t ack[4] = { 0x40, 2, p[head + 2 + tl], p[head + 3 + tl] };
    buf_add(&c->out, ack, 4);
    mark(c);
  }
}

/* subscribers keep whole packets: one growing buffer each */
static struct buf *subin;

static void on_bytes(struct conn *c, const uint8_t *p, size_t n, uint64_t now) {
  if (o.mode == MODE_SUB) {
    struct buf *b = &subin[c->idx - o.first];
    uint32_t at = 0;
    buf_add(b, p, n);
    while (c->state != ST_DEAD && b->len - at >= 2) {
      uint32_t rl = 0, k = 1, sh = 0;
      while (k < 5 && at + k < b->len) { rl |= (uint32_t)(b->p[at + k] & 127) << sh; sh += 7; if (!(b->p[at + k++] & 128)) { sh = 99; break; } }
      if (sh != 99 || b->len - at < k + rl) break;
      if (b->p[at] >> 4 == 3) on_publish_in(c, b->p + at, k + rl, now);
      else on_packet(c, b->p + at, k + rl, now);
      at += k + rl;
    }
    memmove(b->p, b->p + at, b->len - at);
    b->len -= at;
    return;
  }
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
  c->idx = o.first + i;
  c->t0 = now_ns();
  c->state = ST_TCP;
  handshakes++;
  if (!opened++) first_conn = c->t0;
  c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (c->fd < 0) { conn_close(c, strerror(errno)); return; }
  setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  if (o.nsrc) {
    struct sockaddr_in src = { .sin_family = AF_INET };
    src.sin_addr.s_addr = htonl(0x7f000000u | (unsigned)o.srcnet << 8 | (1 + i % (unsigned)o.nsrc));
    setsockopt(c->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one);
    if (bind(c->fd, (struct sockaddr *)&src, sizeof src)) { conn_close(c, strerror(errno)); return; }
  }
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
  if (!o.keepalive || now - last < NS) return;
  last = now;
  for (uint32_t i = 0; i < opened; i++) {
    struct conn *c = &conns[i];
    if (c->state == ST_READY && !c->ping_out && now - c->t0 > (uint64_t)o.keepalive * NS / 2) { c->t0 = now; ping(c, now); }
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
  uint64_t t0 = now_ns();
  while (!stop && opened < o.n) {
    uint64_t now = now_ns();
    uint64_t due = o.conn_rate > 0 ? (uint64_t)((double)(now - t0) / NS * o.conn_rate) + 1 : o.n;
    int burst = 64;
    while (opened < o.n && opened < due && handshakes < (uint32_t)o.hs_max && burst--) conn_open(opened);
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
    if (o.count && measuring && m_sent >= o.count) return (int64_t)(NS / 1000);
    uint32_t tries = o.n;
    while (tries && !can_publish(&conns[next])) { if (++next >= o.n) next = 0; tries--; }
    if (!tries) return (int64_t)(NS / 5000);     /* every window is full: the backlog waits, with its due time */
    publish(&conns[next], due, now);
    if (!o.qos) { struct conn *c = &conns[next]; if (!c->ping_out) ping(c, due); }
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
    if (o.count && measuring && m_sent >= o.count) break;
    if (!ready) break;
  }
}

/* flat out, the first window; after that every answer sends the next message */
static void kick(void) {
  if (flat_out()) for (uint32_t i = 0; i < o.n; i++) refill(&conns[i], now_ns());
}

static void report(double conn_s, double secs, double drain_s, uint64_t missing,
                   const struct usage *u0, const struct usage *u1, double own) {
  double done = (double)(o.mode == MODE_SUB ? m_received : m_acked) / secs;
  uint64_t base = o.mode == MODE_SUB ? m_received : m_acked;
  if (o.json) {
    printf("{\"label\":\"%s\",\"connections\":%u,\"failed\":%u,\"lost\":%u,\"connect_s\":%.2f,\"connects_per_s\":%.0f,"
           "\"connack_ms\":{\"p50\":%.3f,\"p99\":%.3f,\"max\":%.3f},\"qos\":%d,\"target\":%.0f,\"secs\":%.2f,\"sent\":%llu,\"done\":%llu,"
           "\"rate\":%.0f,\"missing\":%llu,\"drain_s\":%.2f,\"ms\":{\"p50\":%.3f,\"p90\":%.3f,\"p99\":%.3f,\"p999\":%.3f,\"max\":%.3f},\"own_cpu\":%.2f,\"watched\":[",
           o.label, ready, failed, lost, conn_s, conn_s > 0 ? ready / conn_s : 0, hist_ms(&connlat, .5), hist_ms(&connlat, .99),
           (double)connlat.max / 1e6, o.qos, o.rate, secs, (unsigned long long)m_sent, (unsigned long long)base, done,
           (unsigned long long)missing, drain_s, hist_ms(&lat, .5), hist_ms(&lat, .9), hist_ms(&lat, .99), hist_ms(&lat, .999),
           (double)lat.max / 1e6, own / secs);
    for (int i = 0; i < o.npid; i++)
      printf("%s{\"pid\":%d,\"cpu\":%.3f,\"us_per_msg\":%.2f,\"rss_mb\":%.1f}", i ? "," : "", o.pid[i],
             (u1[i].cpu - u0[i].cpu) / secs, base ? (u1[i].cpu - u0[i].cpu) * 1e6 / (double)base : 0, (double)u1[i].rss_kb / 1024);
    printf("]}\n");
  } else {
    printf("%s%s%u connections up (%u failed, %u lost) in %.2f s, %.0f/s, CONNACK p50 %.2f p99 %.2f max %.2f ms\n",
           o.label, *o.label ? ": " : "", ready, failed, lost, conn_s, conn_s > 0 ? ready / conn_s : 0,
           hist_ms(&connlat, .5), hist_ms(&connlat, .99), (double)connlat.max / 1e6);
    if (o.mode != MODE_IDLE)
      printf("  QoS %d: %.0f msg/s over %.1f s (sent %llu, %s %llu, missing %llu, drain %.2f s), "
             "p50 %.3f p90 %.3f p99 %.3f p99.9 %.3f max %.3f ms, own CPU %.0f %%\n",
             o.qos, done, secs, (unsigned long long)m_sent, o.mode == MODE_SUB ? "received" : "done", (unsigned long long)base,
             (unsigned long long)missing, drain_s, hist_ms(&lat, .5), hist_ms(&lat, .9), hist_ms(&lat, .99), hist_ms(&lat, .999),
             (double)lat.max / 1e6, 100 * own / secs);
    for (int i = 0; i < o.npid; i++)
      printf("  pid %d: CPU %.0f %%, %.2f us/msg, RSS %.1f MB (%.1f at start)\n", o.pid[i], 100 * (u1[i].cpu - u0[i].cpu) / secs,
             base ? (u1[i].cpu - u0[i].cpu) * 1e6 / (double)base : 0, (double)u1[i].rss_kb / 1024, (double)u0[i].rss_kb / 1024);
  }
  fflush(stdout);
}

static const char *read_file(const char *path) {
  FILE *f = fopen(path, "r");
  if (!f) die("%s: %s", path, strerror(errno));
  char *p = xalloc(65537);
  size_t n = fread(p, 1, 65536, f);
  fclose(f);
  while (n && (p[n - 1] == '\n' || p[n - 1] == '\r')) p[--n] = 0;
  return p;
}

int main(int argc, char **argv) {
  int c;
  while ((c = getopt(argc, argv, "h:p:n:S:B:o:C:u:P:k:KR:H:m:q:t:b:T:f:r:N:W:w:d:x:L:j")) != -1) {
    switch (c) {
      case 'h': o.host = optarg; break;
      case 'p': o.port = atoi(optarg); break;
      case 'n': o.n = (uint32_t)strtoul(optarg, NULL, 10); break;
      case 'S': o.nsrc = atoi(optarg); break;
      case 'B': o.srcnet = atoi(optarg); break;
      case 'o': o.first = (uint32_t)strtoul(optarg, NULL, 10); break;
      case 'C': o.cid = optarg; break;
      case 'u': o.user = optarg; break;
      case 'P': o.pass = optarg; break;
      case 'k': o.keepalive = atoi(optarg); break;
      case 'K': o.persistent = true; break;
      case 'R': o.conn_rate = atof(optarg); break;
      case 'H': o.hs_max = atoi(optarg); break;
      case 'm': o.mode = !strcmp(optarg, "pub") ? MODE_PUB : !strcmp(optarg, "sub") ? MODE_SUB : !strcmp(optarg, "idle") ? MODE_IDLE : (die("mode %s?", optarg), MODE_PUB); break;
      case 'q': o.qos = atoi(optarg); break;
      case 't': o.topic = optarg; break;
      case 'b': o.size = atoi(optarg); break;
      case 'T': o.tmpl = optarg; break;
      case 'f': o.tmpl = read_file(optarg); break;
      case 'r': o.rate = atof(optarg); break;
      case 'N': o.count = strtoull(optarg, NULL, 10); break;
      case 'W': o.window = atoi(optarg); break;
      case 'w': o.warm = atof(optarg); break;
      case 'd': o.dur = atof(optarg); break;
      case 'x': if (o.npid == MAX_PIDS) die("too many -x"); o.pid[o.npid++] = atoi(optarg); break;
      case 'L': o.label = optarg; break;
      case 'j': o.json = true; break;
      default: die("see the comment at the top of mqttload.c");
    }
  }
  if (optind < argc) die("unexpected argument %s", argv[optind]);
  if (!o.window) o.window = o.rate > 0 ? 64 : 1;
  if (o.qos < 0 || o.qos > 1 || o.window < 1 || o.window > 4096 || !o.n || o.keepalive < 0 || o.keepalive > 65535 ||
      o.nsrc < 0 || o.nsrc > 254 || o.srcnet < 0 || o.srcnet > 255 || o.size < 0 || o.size > 1 << 20 || o.rate < 0 || o.dur <= 0)
    die("an option is out of range");
  dst = (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons((uint16_t)o.port) };
  if (inet_pton(AF_INET, o.host, &dst.sin_addr) != 1 || ntohl(dst.sin_addr.s_addr) >> 24 != 127)
    die("%s is not a loopback address", o.host);

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
  if (o.mode == MODE_SUB) subin = xalloc(o.n * sizeof *subin);
  if ((ep = epoll_create1(EPOLL_CLOEXEC)) < 0) die("epoll: %s", strerror(errno));

  phase_connect();
  double conn_s = last_conn > first_conn ? (double)(last_conn - first_conn) / NS : 0;
  fprintf(stderr, "mqttload: %u of %u connected\n", ready, o.n);

  sending = o.mode == MODE_PUB;
  sched_t0 = now_ns();
  if (o.warm > 0) {
    kick();
    run_until(now_ns() + (uint64_t)(o.warm * NS));
  }

  struct usage u0[MAX_PIDS], u1[MAX_PIDS];
  for (int i = 0; i < o.npid; i++) u0[i] = usage_of(o.pid[i]);
  double own = own_cpu();
  measuring = true;
  uint64_t t0 = now_ns();
  if (o.warm <= 0) kick();
  run_until(t0 + (uint64_t)(o.dur * NS));
  double secs = (double)(now_ns() - t0) / NS;
  sending = false;
  measuring = o.count != 0;         /* a counted run is measured to its last answer */
  for (int i = 0; i < o.npid; i++) u1[i] = usage_of(o.pid[i]);
  own = own_cpu() - own;

  uint64_t d0 = now_ns(), left = 0;
  if (o.mode == MODE_PUB)
    for (;;) {
      left = unanswered;
      for (uint32_t i = 0; i < opened; i++) {
        struct conn *k = &conns[i];
        left += k->inflight;
        if (!o.qos && k->inflight && !k->ping_out && k->state == ST_READY) ping(k, now_ns());
      }
      if (!left || left == unanswered || stop || now_ns() - d0 > 15 * NS) break;
      turn((int64_t)(NS / 1000));
    }
  double drain = (double)(now_ns() - d0) / NS;
  if (o.count) secs += drain;
  report(conn_s, secs, drain, left, u0, u1, own);

  static const uint8_t bye[2] = { 0xe0, 0 };
  for (uint32_t i = 0; i < opened; i++)
    if (conns[i].fd >= 0) { if (send(conns[i].fd, bye, 2, MSG_NOSIGNAL | MSG_DONTWAIT) < 0) { /* leaving anyway */ } close(conns[i].fd); }
  return failed || lost || left ? 1 : 0;
}
