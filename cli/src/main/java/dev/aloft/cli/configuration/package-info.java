/// The file `aloft.toml`: its tables as records, read key by key together with the environment, with all errors
/// reported at once. Records also make what the other parts of Aloft take, such as a site's backups, and check the
/// folders that they name. Knows only the console.
@NullMarked
package dev.aloft.cli.configuration;

import org.jspecify.annotations.NullMarked;
