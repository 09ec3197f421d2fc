/// Pictures that WordPress's image editor stores.
@NullMarked
package dev.aloft.server.editor;

import org.jspecify.annotations.NullMarked;
