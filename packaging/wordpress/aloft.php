<?php

require '/usr/share/aloft/wordpress/aloft.php';
