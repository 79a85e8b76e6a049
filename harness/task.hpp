// Coroutines and timers of the harness.
//
// All of them run on one io_context by one thread. Its executor is named in their types, so
// that nothing has to be looked up behind a mask when one goes on.
#pragma once

#include "harness/evidence.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace connspec {

using Executor = boost::asio::io_context::executor_type;

template <typename T>
using Task = boost::asio::awaitable<T, Executor>;

using Timer =
    boost::asio::basic_waitable_timer<Clock, boost::asio::wait_traits<Clock>, Executor>;

/// For asynchronous operations that are awaited: the error is a value.
inline constexpr auto no_throw =
    boost::asio::as_tuple(boost::asio::use_awaitable_t<Executor>{});

}  // namespace connspec
