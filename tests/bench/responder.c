// responder PORT: the smallest target that calibration is content with. Three answers, told
// apart by the path; keeps connections, and closes those that say `Connection: close`.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

static const char found[] =
    "HTTP/1.1 200 OK\r\nDate: Mon, 01 Jan 2024 00:00:00 GMT\r\nContent-Length: 3\r\n\r\nok\n";
static const char found_and_closed[] =
    "HTTP/1.1 200 OK\r\nDate: Mon, 01 Jan 2024 00:00:00 GMT\r\nContent-Length: 3\r\n"
    "Connection: close\r\n\r\nok\n";
static const char missing[] =
    "HTTP/1.1 404 Not Found\r\nDate: Mon, 01 Jan 2024 00:00:00 GMT\r\nContent-Length: 3\r\n\r\n"
    "no\n";

static void give_up(const char* what) {
  perror(what);
  exit(1);
}

static int listen_on(unsigned short port) {
  struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(port)};
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int one = 1, listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (listener < 0) give_up("socket");
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  if (bind(listener, (struct sockaddr*)&at, sizeof at) < 0) give_up("bind");
  if (listen(listener, 4096) < 0) give_up("listen");
  return listener;
}

static void accept_all(int epoll, int listener) {
  int client;
  while ((client = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
    const int one = 1;
    setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    struct epoll_event event = {.events = EPOLLIN, .data = {.fd = client}};
    epoll_ctl(epoll, EPOLL_CTL_ADD, client, &event);
  }
}

// A request comes in one piece from those who measure.
static void answer(int client) {
  char bytes[16384];
  const ssize_t got = recv(client, bytes, sizeof bytes, 0);
  if (got <= 0) {
    close(client);
    return;
  }
  if (!memmem(bytes, (size_t)got, "\r\n\r\n", 4)) return;
  const int root = memmem(bytes, (size_t)got, " / HTTP/", 8) != NULL;
  if (root && memmem(bytes, (size_t)got, "Connection: close", 17)) {
    send(client, found_and_closed, sizeof found_and_closed - 1, MSG_NOSIGNAL);
    close(client);
  } else if (root) {
    send(client, found, sizeof found - 1, MSG_NOSIGNAL);
  } else {
    send(client, missing, sizeof missing - 1, MSG_NOSIGNAL);
  }
}

int main(int count, char** words) {
  if (count != 2) return fprintf(stderr, "usage: responder PORT\n"), 2;
  const int listener = listen_on((unsigned short)atoi(words[1]));
  const int epoll = epoll_create1(EPOLL_CLOEXEC);
  struct epoll_event events[256], event = {.events = EPOLLIN, .data = {.fd = listener}};
  epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event);
  for (;;) {
    const int ready = epoll_wait(epoll, events, 256, -1);
    for (int i = 0; i < ready; ++i) {
      if (events[i].data.fd == listener)
        accept_all(epoll, listener);
      else
        answer(events[i].data.fd);
    }
  }
}
