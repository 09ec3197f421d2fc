/// The one `aloft` command: its parsing, its errors and its log. Each group of commands is a room of its own below
/// this one, and enters by one type. The rooms know the console and the configuration, and not one another; commands
/// that change uploads also know the room `edge`, through which they purge.
@NullMarked
package dev.aloft.cli;

import org.jspecify.annotations.NullMarked;
