@echo off
echo closing the day
