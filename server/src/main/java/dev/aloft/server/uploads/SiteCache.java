package dev.aloft.server.uploads;

import dev.aloft.server.cache.HttpCache;
import dev.aloft.server.tachyon.Pictures;
import dev.aloft.store.ObjectChanges.Watch;
import dev.aloft.store.ObjectKey;
import java.util.Optional;
import org.eclipse.jetty.util.component.AbstractLifeCycle;
import org.jspecify.annotations.Nullable;

/// One site's answers in the cache: its uploads, and the pictures made of them. While it runs, every change of an
/// upload by this process, or by another that announces it, is purged at once. Safe for many threads.
public final class SiteCache extends AbstractLifeCycle {

    private final UploadsSite site;
    private final Optional<Pictures> pictures;
    private final HttpCache cache;
    private @Nullable Watch watch;

    /// Starts and stops with the edge; the cache is shared by all sites, and not closed here.
    ///
    /// @param pictures empty for a site without `/tachyon/`
    public SiteCache(UploadsSite site, Optional<Pictures> pictures, HttpCache cache) {
        this.site = site;
        this.pictures = pictures;
        this.cache = cache;
    }

    /// The site whose answers these are, by its name in metrics and purges.
    public UploadsSite site() {
        return site;
    }

    @Override
    protected void doStart() {
        watch = site.bucket().changes().watchAll(this::purge);
    }

    @Override
    protected void doStop() {
        if (watch != null) {
            watch.close();
        }
    }

    /// Purges an upload and the pictures made of it, and forgets what is known of the upload.
    ///
    /// @param name below the site's uploads
    public void purge(String name) {
        site.folder().key(name).ifPresent(site.bucket().changes()::elsewhere);
    }

    /// Of an `.htaccess` file, everything in its folder depends.
    private void purge(ObjectKey key) {
        if (FolderRules.isOne(key)) {
            String folder = FolderRules.folder(key);
            cache.purgePrefix(uploads(), folder);
            purgePictures(pictures.flatMap(made -> made.targetsBelow(folder)));
        } else {
            pictures.ifPresent(made -> made.changed(key));
            cache.purge(uploads(), key.value());
            purgePictures(pictures.flatMap(made -> made.targets(key)));
        }
    }

    private void purgePictures(Optional<String> targets) {
        pictures.ifPresent(made -> targets.ifPresent(beginning -> cache.purgePrefix(made.name(), beginning)));
    }

    /// Purges all uploads whose names begin so, and all pictures of the site.
    public void purgePrefix(String prefix) {
        forgetAll();
        cache.purgePrefix(uploads(), site.folder().prefix() + prefix);
        purgeAllPictures();
    }

    /// Purges everything of the site.
    public void purgeAll() {
        forgetAll();
        cache.purgeAll(uploads());
        purgeAllPictures();
    }

    /// Before anything is purged, so that nothing outdated is cached after it.
    private void forgetAll() {
        site.bucket().changes().anyElsewhere();
        pictures.ifPresent(Pictures::anyChanged);
    }

    private void purgeAllPictures() {
        pictures.ifPresent(made -> cache.purgeAll(made.name()));
    }

    private String uploads() {
        return UploadsOrigin.nameFor(site.name());
    }
}
