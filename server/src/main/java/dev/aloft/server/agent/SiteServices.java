package dev.aloft.server.agent;

import dev.aloft.bulk.OperationFiles;
import dev.aloft.server.PurgeSwitch;
import dev.aloft.server.SiteFigures;
import dev.aloft.server.editor.PictureEditor;
import dev.aloft.server.objectcache.ObjectCache;
import dev.aloft.store.Provider;
import java.nio.file.FileSystemException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The services of an agent for a site beside its files.
///
/// @param signer signs URLs of private files; null if the site has no secret
/// @param objectCache WordPress's object cache; null for none
/// @param editor makes pictures for WordPress; null if PHP makes them
/// @param figures counts the site's requests to S3
/// @param snapshots of the site's backups; null if none are configured
/// @param purges is told by PHP
/// @param operations on the site's files that run on this host; null if they are not shown
record SiteServices(
        @Nullable UrlSigner signer,
        @Nullable ObjectCache objectCache,
        @Nullable PictureEditor editor,
        SiteFigures figures,
        @Nullable SnapshotSource snapshots,
        PurgeSwitch purges,
        @Nullable OperationFiles operations) {

    /// Counts and a switch of its own, and nothing else.
    static SiteServices none() {
        return new SiteServices(
                null, null, null, new SiteFigures(Provider.OTHER, false), null, new PurgeSwitch(), null);
    }

    SiteServices withSigner(UrlSigner other) {
        return new SiteServices(other, objectCache, editor, figures, snapshots, purges, operations);
    }

    SiteServices withObjectCache(ObjectCache other) {
        return new SiteServices(signer, other, editor, figures, snapshots, purges, operations);
    }

    SiteServices withEditor(PictureEditor other) {
        return new SiteServices(signer, objectCache, other, figures, snapshots, purges, operations);
    }

    SiteServices withFigures(SiteFigures other) {
        return new SiteServices(signer, objectCache, editor, other, snapshots, purges, operations);
    }

    SiteServices withSnapshots(SnapshotSource other) {
        return new SiteServices(signer, objectCache, editor, figures, other, purges, operations);
    }

    SiteServices withPurges(PurgeSwitch other) {
        return new SiteServices(signer, objectCache, editor, figures, snapshots, other, operations);
    }

    SiteServices withOperations(OperationFiles other) {
        return new SiteServices(signer, objectCache, editor, figures, snapshots, purges, other);
    }

    /// @param original named by the failure where there is no editor
    PictureEditor requireEditor(String original) throws FileSystemException {
        if (editor == null) {
            throw new FileSystemException(original, null, "no pictures are made here");
        }
        return editor;
    }

    /// Types of pictures that can be edited; none without an editor.
    PictureEditor.Types pictureTypes() {
        return editor == null ? new PictureEditor.Types(List.of(), List.of()) : editor.types();
    }

    List<OperationFiles.Running> running() {
        return operations == null ? List.of() : operations.read();
    }
}
