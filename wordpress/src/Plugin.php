<?php

declare(strict_types=1);

namespace Aloft;

use Aloft\Agent\Agent;
use Aloft\Files\Files;
use Aloft\Files\LocalNames;
use Aloft\Files\PutObjectHooks;
use Aloft\Integrations\Integrations;
use Aloft\Library\Restoration;
use Aloft\Operations\AgentReports;
use Aloft\Operations\BackupCheck;
use Aloft\Operations\Commands;
use Aloft\Operations\DeployedCode;
use Aloft\Operations\Diagnosis;
use Aloft\Operations\MediaCommands;
use Aloft\Operations\ObjectCacheCommands;
use Aloft\Operations\OperatorPage;
use Aloft\Operations\SiteHealth;
use Aloft\Operations\VersionsPage;
use Aloft\Pictures\Pictures;
use Aloft\PrivateMedia\AttachmentsByFile;
use Aloft\PrivateMedia\AttachmentsInText;
use Aloft\PrivateMedia\ClosedAttachments;
use Aloft\PrivateMedia\InitialPrivacy;
use Aloft\PrivateMedia\PlacedMedia;
use Aloft\PrivateMedia\PrivateContent;
use Aloft\PrivateMedia\PrivateFlag;
use Aloft\PrivateMedia\PrivateMedia;
use Aloft\PrivateMedia\PrivateQueries;
use Aloft\PrivateMedia\PrivateReaders;
use Aloft\PrivateMedia\PrivateRequests;
use Aloft\PrivateMedia\PrivateUrls;
use Aloft\PrivateMedia\SignedUrls;
use Aloft\Stream\LocalCopies;
use Aloft\Stream\StreamWrapper;
use Aloft\Uploads\AttachmentDeletion;
use Aloft\Uploads\Database;
use Aloft\Uploads\FilesystemMethod;
use Aloft\Uploads\Hooks;
use Aloft\Uploads\ImageEditors;
use Aloft\Uploads\MailAttachments;
use Aloft\Uploads\PersonalDataExport;
use Aloft\Uploads\ReceivedFiles;
use Aloft\Uploads\Settings;
use Aloft\Uploads\UploadsDirectory;

/**
 * Creates and connects the parts once for each PHP request: the s3:// wrapper everywhere, and the hooks where WordPress
 * is loaded.
 *
 * Everything is registered while the file is included, before any plugin can read the uploads' path.
 */
final class Plugin
{
    /** Time limit of state requests to the agent from wp-admin. */
    private const LOOK_SECONDS = 3;

    private static ?self $ofThisSite = null;

    private function __construct(
        public readonly Settings $settings,
        public readonly Files $files,
        public readonly UploadsDirectory $uploads,
        public readonly PrivateMedia $privateMedia,
        public readonly PrivateUrls $privateUrls,
        private readonly InitialPrivacy $privacy,
        public readonly Hooks $hooks,
    ) {
    }

    public static function startUnlessSwitchedOff(): void
    {
        $switches = AltisSwitches::ofThisSite();
        (new InvalidSwitches($switches->mistakes()))->register();
        if (!$switches->uploadsAreOff()) {
            self::start(Settings::read(), !$switches->picturesAreOff(), !$switches->purgesAreOff());
        }
    }

    /**
     * @param bool $hasPictures false if pictures made on the fly are switched off
     * @param bool $hasPurges   false if CDNs are not to be purged of changed uploads
     */
    public static function start(Settings $settings, bool $hasPictures = true, bool $hasPurges = true): void
    {
        $isWordPress = function_exists('add_filter');
        $writes = $isWordPress ? new PutObjectHooks($settings->cacheControl) : null;
        $files = new Files(
            new Agent($settings->socket, headers: $hasPurges ? [] : ['Aloft-Purges' => 'off']),
            $writes,
            new LocalNames("s3://$settings->bucket/uploads"),
        );
        StreamWrapper::register($files, $settings->strict);
        (new LocalCopies($files, $settings->strict))->register();
        if ($writes !== null) {
            self::joinWordPress($settings, $files, $writes, $hasPictures);
        }
    }

    /** Null where no bucket is configured. */
    public static function ofThisSite(): ?self
    {
        return self::$ofThisSite;
    }

    private static function joinWordPress(
        Settings $settings,
        Files $files,
        PutObjectHooks $writes,
        bool $hasPictures,
    ): void {
        $hooks = new Hooks();
        if ($settings->bucket === '') {
            (new MissingSettings())->register($hooks);
            return;
        }
        $uploads = new UploadsDirectory($settings, $files);
        $media = new PrivateMedia($files);
        $attachments = new AttachmentsByFile($uploads);
        $texts = new AttachmentsInText($uploads, $attachments);
        $placed = new PlacedMedia($media, $texts);
        $readers = new PrivateReaders($media, $placed);
        $urls = new PrivateUrls($media, $readers, new SignedUrls($files, $uploads));
        $privacy = new InitialPrivacy($files, $media, $attachments, $settings->arePrivate);
        $writes->ask($privacy);
        self::$ofThisSite = new self($settings, $files, $uploads, $media, $urls, $privacy, $hooks);
        if ($settings->isOff) {
            $hooks->takeOut();
        }
        self::$ofThisSite->register();
        if ($hasPictures) {
            Pictures::whenPluginsAreLoaded($files, $uploads);
        }
        Database::register($hooks);
        $privateMedia = [
            $media,
            $privacy,
            $placed,
            $readers,
            $urls,
            new PrivateContent($media, $urls, $texts),
            new PrivateQueries($media, $readers),
            new ClosedAttachments($media, $readers),
            new PrivateRequests($readers, $urls),
            new PrivateFlag($files),
        ];
        foreach ($privateMedia as $part) {
            $part->register($hooks);
        }
    }

    private function register(): void
    {
        $this->uploads->register($this->hooks);
        (new ReceivedFiles($this->files, $this->privacy))->register($this->hooks);
        (new AttachmentDeletion($this->files))->register($this->hooks);
        (new ImageEditors($this->files))->register($this->hooks);
        (new FilesystemMethod($this->uploads))->register($this->hooks);
        (new PersonalDataExport())->register($this->hooks);
        (new MailAttachments(LocalCopies::ofThisRequest()))->register($this->hooks);
        $agent = new Agent($this->settings->socket, self::LOOK_SECONDS);
        $state = new Files($agent);
        $trial = new Files(new Agent($this->settings->socket, self::LOOK_SECONDS));
        $diagnosis = new Diagnosis($this->settings, $state, $trial, $this->uploads);
        $reports = new AgentReports($agent);
        $backups = new BackupCheck($reports);
        (new SiteHealth($this->settings, $state, $diagnosis, new DeployedCode(), $backups))->register($this->hooks);
        (new OperatorPage($reports, $diagnosis, $backups, $this->uploads, $this->privateMedia))
            ->register($this->hooks);
        (new VersionsPage($this->files, new Restoration($this->files, $this->privateMedia)))->register($this->hooks);
        Integrations::whenPluginsAreLoaded($this->hooks, $this->uploads, $this->files);
        S3Uploads::register();
        if (!function_exists('wpvip_fs_local_file_add')) {
            require __DIR__ . '/vip.php';
        }
        Commands::register($this->settings, $this->files, $this->privateMedia);
        ObjectCacheCommands::register($this->files);
        MediaCommands::register($this->files);
    }
}
