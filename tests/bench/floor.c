// floor PORT COUNT OPEN: the least that a conversation can cost. COUNT times connect, 66 bytes
// of request, the response up to the FIN, close; OPEN conversations at a time in one epoll
// loop. Prints what `connspec bench` prints.
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static char request[128];

struct conversation {
  int socket;
  int written;
};

static void give_up(const char* what) {
  perror(what);
  exit(1);
}

static void begin(int epoll, struct conversation* one, const struct sockaddr_in* to) {
  one->written = 0;
  one->socket = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (one->socket < 0) give_up("socket");
  if (connect(one->socket, (const struct sockaddr*)to, sizeof *to) < 0 && errno != EINPROGRESS)
    give_up("connect");
  struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLET, .data = {.ptr = one}};
  if (epoll_ctl(epoll, EPOLL_CTL_ADD, one->socket, &event) < 0) give_up("epoll_ctl");
}

// 1 when the conversation has come to its end.
static int go_on(struct conversation* one, unsigned events) {
  static char bytes[65536];
  if (!one->written && (events & EPOLLOUT)) {
    const ssize_t size = (ssize_t)strlen(request);
    if (send(one->socket, request, (size_t)size, MSG_NOSIGNAL) != size) give_up("send");
    one->written = 1;
  }
  if (!(events & EPOLLIN)) return 0;
  for (;;) {
    const ssize_t got = recv(one->socket, bytes, sizeof bytes, 0);
    if (got == 0) return close(one->socket), 1;
    if (got < 0 && errno == EAGAIN) return 0;
    if (got < 0) give_up("recv");
  }
}

static double microseconds(struct timeval time) {
  return (double)time.tv_sec * 1e6 + (double)time.tv_usec;
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec * 1e6 + (double)time.tv_nsec / 1e3;
}

int main(int count, char** words) {
  if (count != 4) return fprintf(stderr, "usage: floor PORT COUNT OPEN\n"), 2;
  const long wanted = atol(words[2]), open = atol(words[3]);
  struct sockaddr_in to = {.sin_family = AF_INET,
                           .sin_port = htons((unsigned short)atoi(words[1]))};
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  snprintf(request, sizeof request,
           "GET / HTTP/1.1\r\nHost: 127.0.0.1:%s\r\nConnection: close\r\n\r\n", words[1]);
  struct conversation* all = calloc((size_t)open, sizeof *all);
  const int epoll = epoll_create1(EPOLL_CLOEXEC);
  long begun = 0, done = 0;
  struct rusage before, after;
  getrusage(RUSAGE_SELF, &before);
  const double started = now();
  for (; begun < open && begun < wanted; ++begun) begin(epoll, &all[begun], &to);
  while (done < wanted) {
    struct epoll_event events[128];
    const int ready = epoll_wait(epoll, events, 128, -1);
    for (int i = 0; i < ready; ++i) {
      struct conversation* one = events[i].data.ptr;
      if (!go_on(one, events[i].events)) continue;
      ++done;
      if (begun < wanted) ++begun, begin(epoll, one, &to);
    }
  }
  const double wall = now() - started;
  getrusage(RUSAGE_SELF, &after);
  const double user = microseconds(after.ru_utime) - microseconds(before.ru_utime);
  const double system = microseconds(after.ru_stime) - microseconds(before.ru_stime);
  const double number = (double)wanted;
  printf("conversations %ld wall %.1f us cpu %.1f us user %.1f sys %.1f us rss %ld kB\n",
         wanted, wall / number, (user + system) / number, user / number, system / number,
         after.ru_maxrss);
  free(all);
  return 0;
}
