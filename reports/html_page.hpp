// The page of reports/html/, which is inside connspec, with its data put in.
#pragma once

#include <string>
#include <string_view>

namespace connspec {

/// `document` and `cut` are JSON in which no `<` stands.
std::string html_page(std::string_view document, std::string_view cut);

}  // namespace connspec
